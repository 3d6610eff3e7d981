package io.bellwire.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The smallest broker that can carry signals: MQTT 5, QoS 0, one subscription a connection, an exact topic that belongs to
 * the subscriber, no accounts, all on one thread. It is this rather than a stock broker so that the reference needs nothing
 * installed and is hard to beat: whatever a stock broker spends on sessions, queues and topic trees would flatter the ratios.
 */
final class ReferenceBroker {
    private final Map<String, Wire> subscribers = new HashMap<>();

    private ReferenceBroker() {}

    /** Argument: the port, 0 for a free one. Prints where it listens. */
    public static void main(String[] args) throws IOException {
        ReferenceBroker broker = new ReferenceBroker();
        @SuppressWarnings("resource") // until the process ends
        int port =
                new Loop("reference-broker", false).listen(Integer.parseInt(args[0]), wire -> broker.new Client(wire));
        System.out.println("{\"mqtt\":\"mqtt://127.0.0.1:" + port + "\"}");
    }

    private final class Client implements Wire.Ear, MqttFrame.Receiver {
        private static final byte[] CONNACK = {MqttFrame.CONNACK << 4, 3, 0, 0, 0};

        private final Wire wire;
        private String topic = "";

        private Client(Wire wire) {
            this.wire = wire;
        }

        @Override
        public int read(byte[] bytes, int length) {
            return MqttFrame.read(bytes, length, this);
        }

        @Override
        public void received(int type, byte[] bytes, int start, int from, int to) {
            switch (type) {
                case MqttFrame.CONNECT -> wire.send(CONNACK);
                case MqttFrame.SUBSCRIBE -> {
                    topic = MqttFrame.text(bytes, from + 3); // behind the packet's id and no properties
                    subscribers.put(topic, wire);
                    wire.send(new byte[] {(byte) (MqttFrame.SUBACK << 4), 4, bytes[from], bytes[from + 1], 0, 0});
                }
                case MqttFrame.PUBLISH -> {
                    Wire subscriber = subscribers.get(MqttFrame.text(bytes, from));
                    if (subscriber != null) {
                        subscriber.send(Arrays.copyOfRange(bytes, start, to));
                    }
                }
                case MqttFrame.PINGREQ -> wire.send(MqttFrame.PONG);
                default -> wire.lost("an unexpected packet of type " + type);
            }
        }

        @Override
        public void closed(String why) {
            subscribers.remove(topic, wire);
        }
    }
}
