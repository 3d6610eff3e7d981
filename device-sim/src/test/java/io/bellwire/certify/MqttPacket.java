package io.bellwire.certify;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An MQTT packet. The body is ISO 8859-1, one character for each byte, so that it can be edited as text. */
record MqttPacket(int header, String body) {
    static final int CONNECT = 1;
    static final int PUBLISH = 3;
    static final int SUBACK = 9;

    static MqttPacket read(DataInputStream in) throws IOException {
        int header = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        return new MqttPacket(header, new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
    }

    int type() {
        return header >> 4;
    }

    byte[] bytes() {
        return new MqttBytes().raw(body.getBytes(StandardCharsets.ISO_8859_1)).packet(header);
    }

    MqttPacket withBody(String other) {
        return new MqttPacket(header, other);
    }

    /** The packet with another last byte. */
    MqttPacket withCode(int code) {
        return withBody(body.substring(0, body.length() - 1) + (char) code);
    }

    private int number(int at) {
        return body.charAt(at) << 8 | body.charAt(at + 1);
    }

    /** A correct CONNECT with the user and secret of this one. */
    MqttPacket asCorrectConnect() {
        MqttVersion version = body.charAt(6) == 5 ? MqttVersion.V5 : MqttVersion.V3;
        int flags = body.charAt(7);
        int at = version == MqttVersion.V5 ? 11 + body.charAt(10) : 10;
        at += 2 + number(at);
        if ((flags & 0x04) != 0) {
            at += version == MqttVersion.V5 ? 1 : 0;
            at += 2 + number(at);
            at += 2 + number(at);
        }
        String user = body.substring(at + 2, at + 2 + number(at));
        at += 2 + number(at);
        String secret = body.substring(at + 2, at + 2 + number(at));
        byte[] good = new ConnectOptions(user, user, secret, false, false).bytes(version);
        try {
            return read(new DataInputStream(new java.io.ByteArrayInputStream(good)));
        } catch (IOException notThere) {
            throw new IllegalStateException(notThere);
        }
    }
}
