package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A received message of QoS 0.
 *
 * @param contentType of MQTT 5; empty if there is none
 * @param expirySeconds of MQTT 5; -1 if there is none
 */
record ReceivedMessage(String topic, String payload, String contentType, long expirySeconds) {
    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int CONTENT_TYPE = 0x03;

    /** @param body of a PUBLISH packet */
    static ReceivedMessage of(byte[] body, MqttVersion version) {
        ByteBuffer in = ByteBuffer.wrap(body);
        String topic = text(in);
        String contentType = "";
        long expirySeconds = -1;
        if (version == MqttVersion.V5) {
            int end = length(in) + in.position();
            boolean isKnown = true;
            while (in.position() < end && isKnown) {
                int property = in.get();
                switch (property) {
                    case MESSAGE_EXPIRY -> expirySeconds = Integer.toUnsignedLong(in.getInt());
                    case CONTENT_TYPE -> contentType = text(in);
                    case 0x01 -> in.get();
                    case 0x23 -> in.getShort();
                    case 0x08, 0x09 -> text(in);
                    case 0x26 -> {
                        text(in);
                        text(in);
                    }
                    default ->
                        isKnown = false; // the length of an unknown property is unknown, so the rest cannot be read
                }
            }
            in.position(end);
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new ReceivedMessage(topic, new String(payload, StandardCharsets.UTF_8), contentType, expirySeconds);
    }

    private static int length(ByteBuffer in) {
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.get();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        return length;
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** The payload's length in bytes. */
    int length() {
        return payload.getBytes(StandardCharsets.UTF_8).length;
    }

    JsonNode json() throws RuleViolation {
        try {
            return HttpReply.JSON.readTree(payload);
        } catch (IOException malformed) {
            throw new RuleViolation("JSON in a signal", payload);
        }
    }
}
