package io.bellwire.bench;

import io.bellwire.certify.MqttPacket;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The smallest broker that can carry signals: MQTT 5, QoS 0, one subscription on each connection, one exact topic for
 * each subscriber, no accounts, all on one thread. A stock broker would need an installation, and its work for
 * sessions, queues and topic trees would flatter the ratios.
 */
final class ReferenceBroker {
    private final Map<String, LoopConnection> subscribers = new HashMap<>();

    private ReferenceBroker() {}

    /** Argument: the port, 0 for a free one. Prints its address. */
    public static void main(String[] args) throws IOException {
        ReferenceBroker broker = new ReferenceBroker();
        @SuppressWarnings("resource") // until the process ends
        int port = new EventLoop("reference-broker", false)
                .listen(Integer.parseInt(args[0]), connection -> broker.new Client(connection));
        System.out.println("{\"mqtt\":\"mqtt://127.0.0.1:" + port + "\"}");
    }

    private final class Client implements LoopConnection.Listener, MqttFrame.Receiver {
        private static final byte[] CONNACK = {MqttPacket.CONNACK << 4, 3, 0, 0, 0};

        private final LoopConnection connection;
        private String topic = "";

        private Client(LoopConnection connection) {
            this.connection = connection;
        }

        @Override
        public int read(byte[] bytes, int length) {
            return MqttFrame.read(bytes, length, this);
        }

        @Override
        public void received(int type, byte[] bytes, int start, int from, int to) {
            switch (type) {
                case MqttPacket.CONNECT -> connection.send(CONNACK);
                case MqttPacket.SUBSCRIBE -> {
                    topic = MqttFrame.text(bytes, from + 3); // after the packet's id and the empty properties
                    subscribers.put(topic, connection);
                    connection.send(
                            new byte[] {(byte) (MqttPacket.SUBACK << 4), 4, bytes[from], bytes[from + 1], 0, 0});
                }
                case MqttPacket.PUBLISH -> {
                    LoopConnection subscriber = subscribers.get(MqttFrame.text(bytes, from));
                    if (subscriber != null) {
                        subscriber.send(Arrays.copyOfRange(bytes, start, to));
                    }
                }
                case MqttPacket.PINGREQ -> connection.send(MqttFrame.PONG);
                default -> connection.lost("an unexpected packet of type " + type);
            }
        }

        @Override
        public void closed(String why) {
            subscribers.remove(topic, connection);
        }
    }
}
