package io.bellwire.bench;

import io.bellwire.certify.MqttPacket;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.MqttSignals;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * Receives signals over MQTT 5 with as few bytes and objects as possible. An unexpected packet closes the connection.
 */
final class LightSignals {
    /** Keep-alive of CONNECT; the device must ping at least as often. */
    static final int KEEP_ALIVE_SECONDS = 300;

    private final EventLoop loop;
    private final InetSocketAddress broker;

    /** Is notified on the loop's thread. */
    interface Listener {
        /** The device is subscribed. */
        void subscribed();

        /** A signal arrived; its content is ignored. */
        void signalled();

        /** The connection was lost or refused; not called after {@link LightConnection#disconnect}. */
        void lost(String why);
    }

    /** One connection. Used on the loop's thread. */
    interface LightConnection {
        void disconnect();

        void ping();
    }

    LightSignals(EventLoop loop, URI broker) {
        this.loop = loop;
        this.broker = new InetSocketAddress(broker.getHost(), broker.getPort());
    }

    /** Connects and subscribes. Used on the loop's thread. */
    LightConnection connect(DeviceCredentials credentials, Listener listener) {
        BrokerConnection opened = new BrokerConnection(credentials, listener);
        opened.connection.send(MqttFrame.connect(credentials.id().value(), credentials.secret(), KEEP_ALIVE_SECONDS));
        return opened;
    }

    private final class BrokerConnection implements LightConnection, LoopConnection.Listener, MqttFrame.Receiver {
        private final DeviceCredentials credentials;
        private final Listener listener;
        private final LoopConnection connection;

        private BrokerConnection(DeviceCredentials credentials, Listener listener) {
            this.credentials = credentials;
            this.listener = listener;
            this.connection = loop.open(broker, this);
        }

        @Override
        public void disconnect() {
            connection.close();
        }

        @Override
        public void ping() {
            connection.send(MqttFrame.PING);
        }

        @Override
        public void closed(String why) {
            listener.lost(why);
        }

        @Override
        public int read(byte[] bytes, int length) {
            return MqttFrame.read(bytes, length, this);
        }

        @Override
        public void received(int type, byte[] bytes, int start, int from, int to) {
            boolean refused = false;
            switch (type) {
                case MqttPacket.CONNACK -> {
                    refused = bytes[from + 1] != 0;
                    if (!refused) {
                        connection.send(MqttFrame.subscribe(MqttSignals.topicOf(credentials)));
                    }
                }
                case MqttPacket.SUBACK -> {
                    refused = bytes[to - 1] != 0;
                    if (!refused) {
                        listener.subscribed();
                    }
                }
                case MqttPacket.PUBLISH -> listener.signalled();
                case MqttPacket.PINGRESP -> {}
                default -> refused = true;
            }
            if (refused) {
                connection.lost("an unexpected packet of type " + type);
            }
        }
    }
}
