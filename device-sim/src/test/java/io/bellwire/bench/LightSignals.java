package io.bellwire.bench;

import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.MqttSignals;
import java.net.InetSocketAddress;
import java.net.URI;

/** Signals over MQTT 5 in as few bytes and objects as that takes. What it does not expect from a broker cuts the call. */
final class LightSignals {
    /** Whoever dials pings at least as often as this. */
    static final int KEEP_ALIVE_SECONDS = 300;

    private final Loop loop;
    private final InetSocketAddress broker;

    /** Who is called, on the loop's thread. */
    interface Ear {
        /** The subscription stands. */
        void listening();

        /** A signal came; what it says is not looked at. */
        void signalled();

        /** The connection is over, and not by {@link Call#hangUp}. */
        void cut(String why);
    }

    /** One connection. Used on the loop's thread. */
    interface Call {
        void hangUp();

        void ping();
    }

    LightSignals(Loop loop, URI broker) {
        this.loop = loop;
        this.broker = new InetSocketAddress(broker.getHost(), broker.getPort());
    }

    /** Connects and subscribes. On the loop's thread. */
    Call dial(DeviceCredentials who, Ear ear) {
        Line line = new Line(who, ear);
        line.wire.send(MqttFrame.connect(who.id().value(), who.secret(), KEEP_ALIVE_SECONDS));
        return line;
    }

    private final class Line implements Call, Wire.Ear, MqttFrame.Receiver {
        private final DeviceCredentials who;
        private final Ear ear;
        private final Wire wire;

        private Line(DeviceCredentials who, Ear ear) {
            this.who = who;
            this.ear = ear;
            this.wire = loop.open(broker, this);
        }

        @Override
        public void hangUp() {
            wire.close();
        }

        @Override
        public void ping() {
            wire.send(MqttFrame.PING);
        }

        @Override
        public void closed(String why) {
            ear.cut(why);
        }

        @Override
        public int read(byte[] bytes, int length) {
            return MqttFrame.read(bytes, length, this);
        }

        @Override
        public void received(int type, byte[] bytes, int start, int from, int to) {
            boolean refused = false;
            switch (type) {
                case MqttFrame.CONNACK -> {
                    refused = bytes[from + 1] != 0;
                    if (!refused) {
                        wire.send(MqttFrame.subscribe(MqttSignals.topicOf(who)));
                    }
                }
                case MqttFrame.SUBACK -> {
                    refused = bytes[to - 1] != 0;
                    if (!refused) {
                        ear.listening();
                    }
                }
                case MqttFrame.PUBLISH -> ear.signalled();
                case MqttFrame.PINGRESP -> {}
                default -> refused = true;
            }
            if (refused) {
                wire.lost("an unexpected packet of type " + type);
            }
        }
    }
}
