package io.bellwire.bench;

import io.bellwire.certify.MqttBytes;
import io.bellwire.certify.MqttPacket;
import java.nio.charset.StandardCharsets;

/**
 * The MQTT 5 packets that the benchmark needs, without properties. Reads many packets from one buffer without copies,
 * which {@link MqttPacket} does not.
 */
final class MqttFrame {
    static final byte[] PING = {(byte) (MqttPacket.PINGREQ << 4), 0};
    static final byte[] PONG = {(byte) (MqttPacket.PINGRESP << 4), 0};

    private MqttFrame() {}

    /** Receives each complete packet. */
    interface Receiver {
        /**
         * Receives one packet.
         *
         * @param start index at which the packet begins
         * @param from index at which its variable header begins
         * @param to index after its end
         */
        void received(int type, byte[] bytes, int start, int from, int to);
    }

    /** Reads all complete packets, and returns how many bytes these were. */
    static int read(byte[] bytes, int length, Receiver receiver) {
        int start = 0;
        while (true) {
            int from = start + 1;
            int size = 0;
            int digit = 0x80;
            for (int shift = 0; from < length && (digit & 0x80) != 0; shift += 7) {
                digit = bytes[from++];
                size |= (digit & 0x7F) << shift;
            }
            if ((digit & 0x80) != 0 || from + size > length) {
                return start;
            }
            receiver.received((bytes[start] & 0xFF) >> 4, bytes, start, from, from + size);
            start = from + size;
        }
    }

    /** The text at {@code from}, which begins with its length in two bytes. */
    static String text(byte[] bytes, int from) {
        int length = ((bytes[from] & 0xFF) << 8) | (bytes[from + 1] & 0xFF);
        return new String(bytes, from + 2, length, StandardCharsets.UTF_8);
    }

    /** @param credentials null for none */
    static byte[] connect(String clientId, String credentials, int keepAliveSeconds) {
        MqttBytes body = new MqttBytes()
                .text("MQTT")
                .octet(5)
                .octet(credentials == null ? 0x02 : 0xC2) // clean start; user name and password
                .number(keepAliveSeconds)
                .octet(0)
                .text(clientId);
        if (credentials != null) {
            body.text(clientId).text(credentials);
        }
        return body.packet(MqttPacket.CONNECT << 4);
    }

    static byte[] subscribe(String topic) {
        // packet id 1, no properties; QoS 0
        return new MqttBytes().number(1).octet(0).text(topic).octet(0).packet((MqttPacket.SUBSCRIBE << 4) | 2);
    }

    /** A PUBLISH with QoS 0. */
    static byte[] publish(String topic, byte[] payload) {
        return new MqttBytes().text(topic).octet(0).raw(payload).packet(MqttPacket.PUBLISH << 4);
    }
}
