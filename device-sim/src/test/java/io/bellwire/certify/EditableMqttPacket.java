package io.bellwire.certify;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An {@link MqttPacket} whose body is ISO 8859-1 text, one character for each byte, so that a test can edit it. */
record EditableMqttPacket(int header, String body) {
    static EditableMqttPacket read(DataInputStream in) throws IOException {
        MqttPacket packet = MqttPacket.read(in);
        return new EditableMqttPacket(packet.header(), new String(packet.body(), StandardCharsets.ISO_8859_1));
    }

    int type() {
        return header >> 4;
    }

    byte[] bytes() {
        return new MqttPacket(header, body.getBytes(StandardCharsets.ISO_8859_1)).bytes();
    }

    EditableMqttPacket withBody(String other) {
        return new EditableMqttPacket(header, other);
    }

    /** The packet with another last byte. */
    EditableMqttPacket withCode(int code) {
        return withBody(body.substring(0, body.length() - 1) + (char) code);
    }

    private int number(int at) {
        return body.charAt(at) << 8 | body.charAt(at + 1);
    }

    /** A correct CONNECT with the user and secret of this one. */
    EditableMqttPacket asCorrectConnect() {
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
            return read(new DataInputStream(new ByteArrayInputStream(good)));
        } catch (IOException impossible) {
            throw new IllegalStateException("a packet in memory", impossible);
        }
    }
}
