package io.bellwire.certify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes an MQTT packet of any version, without a client library; {@link MqttPacket} reads one. Not thread-safe. */
public final class MqttBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Writes one byte. */
    public MqttBytes octet(int value) {
        out.write(value);
        return this;
    }

    /** Writes two bytes. */
    public MqttBytes number(int value) {
        return octet(value >> 8).octet(value & 0xFF);
    }

    /** Writes the length in two bytes, then UTF-8. */
    public MqttBytes text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        return raw(utf8);
    }

    public MqttBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** The packet: this first byte, the length, and what was written. */
    public byte[] packet(int header) {
        byte[] body = out.toByteArray();
        MqttBytes all = new MqttBytes().octet(header);
        int left = body.length;
        do {
            int digit = left & 0x7F;
            left >>= 7;
            all.octet(left > 0 ? digit | 0x80 : digit);
        } while (left > 0);
        return all.raw(body).out.toByteArray();
    }
}
