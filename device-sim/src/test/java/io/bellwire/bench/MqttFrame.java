package io.bellwire.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes and decodes the MQTT 5 packets that the benchmark needs. Never sends properties. */
final class MqttFrame {
    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;

    static final byte[] PING = {(byte) (PINGREQ << 4), 0};
    static final byte[] PONG = {(byte) (PINGRESP << 4), 0};

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
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        write(body, "MQTT");
        body.write(5);
        body.write(credentials == null ? 0x02 : 0xC2); // clean start; user name and password
        body.write(keepAliveSeconds >> 8);
        body.write(keepAliveSeconds);
        body.write(0);
        write(body, clientId);
        if (credentials != null) {
            write(body, clientId);
            write(body, credentials);
        }
        return packet(CONNECT << 4, body);
    }

    static byte[] subscribe(String topic) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 1, 0}); // packet id, no properties
        write(body, topic);
        body.write(0); // QoS 0
        return packet((SUBSCRIBE << 4) | 2, body);
    }

    /** A PUBLISH with QoS 0. */
    static byte[] publish(String topic, byte[] payload) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        write(body, topic);
        body.write(0);
        body.writeBytes(payload);
        return packet(PUBLISH << 4, body);
    }

    private static void write(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static byte[] packet(int header, ByteArrayOutputStream body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(body.size() + 5);
        all.write(header);
        int size = body.size();
        do {
            all.write(size > 0x7F ? (size & 0x7F) | 0x80 : size);
            size >>= 7;
        } while (size > 0);
        all.writeBytes(body.toByteArray());
        return all.toByteArray();
    }
}
