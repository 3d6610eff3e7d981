package io.bellwire.broker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of MQTT packets, valid and not. */
final class Packets {
    static final byte[] PINGREQ = {(byte) 0xC0, 0};
    static final byte[] DISCONNECT = {(byte) 0xE0, 0};

    private Packets() {}

    /** A valid CONNECT of this device: MQTT 3.1.1, its own secret, clean session, keep-alive 60 s. */
    static Connect connect(String device) {
        return new Connect(device);
    }

    static byte[] subscribe(int packetId, String... filters) {
        Body body = new Body().number(packetId);
        for (String filter : filters) {
            body.text(filter).octet(0);
        }
        return packet(0x82, body);
    }

    static byte[] unsubscribe(int packetId, String... filters) {
        Body body = new Body().number(packetId);
        for (String filter : filters) {
            body.text(filter);
        }
        return packet(0xA2, body);
    }

    /** SUBSCRIBE of MQTT 5; {@code properties} begin with their length. */
    static byte[] subscribe5(int packetId, byte[] properties, int options, String... filters) {
        Body body = new Body().number(packetId).raw(properties);
        for (String filter : filters) {
            body.text(filter).octet(options);
        }
        return packet(0x82, body);
    }

    static byte[] unsubscribe5(int packetId, String... filters) {
        Body body = new Body().number(packetId).octet(0);
        for (String filter : filters) {
            body.text(filter);
        }
        return packet(0xA2, body);
    }

    static byte[] pubAck(int packetId) {
        return packet(0x40, new Body().number(packetId));
    }

    static byte[] publish(String topic, int qos, byte[] payload) {
        Body body = new Body().text(topic);
        if (qos > 0) {
            body.number(1);
        }
        return packet(0x30 | (qos << 1), body.raw(payload));
    }

    /** PUBLISH of MQTT 5, by its first byte; {@code properties} begin with their length. */
    static byte[] publish5(int header, String topic, byte[] properties, byte[] payload) {
        return packet(header, new Body().text(topic).raw(properties).raw(payload));
    }

    /** Any packet, by its first byte and the bytes after the length. */
    static byte[] packet(int header, Body body) {
        byte[] content = body.bytes();
        Body all = new Body().octet(header);
        int remaining = content.length;
        do {
            int digit = remaining & 0x7F;
            remaining >>= 7;
            all.octet(remaining > 0 ? digit | 0x80 : digit);
        } while (remaining > 0);
        return all.raw(content).bytes();
    }

    /** The bytes of a packet after its length. */
    static final class Body {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Body octet(int value) {
            out.write(value);
            return this;
        }

        Body number(int value) {
            return octet(value >> 8).octet(value & 0xFF);
        }

        Body text(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            return number(utf8.length).raw(utf8);
        }

        Body raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }

    /** Builds a CONNECT, valid or not. */
    static final class Connect {
        private String clientId;
        private String user;
        private String secret;
        private String name = "MQTT";
        private int version = 4;
        private int flags = 0xC2;
        private int keepAlive = 60;
        private byte[] properties = {0};
        private byte[] will = {};

        private Connect(String device) {
            clientId = device;
            user = device;
            secret = TestBroker.secretOf(device);
        }

        Connect clientId(String value) {
            clientId = value;
            return this;
        }

        Connect user(String value) {
            user = value;
            return this;
        }

        Connect secret(String value) {
            secret = value;
            return this;
        }

        Connect version(String protocol, int level) {
            name = protocol;
            version = level;
            return this;
        }

        Connect mqtt5() {
            version = 5;
            return this;
        }

        /** MQTT 5 with these properties; their length is added. */
        Connect properties(int... bytes) {
            mqtt5();
            Body body = new Body().octet(bytes.length);
            for (int value : bytes) {
                body.octet(value);
            }
            properties = body.bytes();
            return this;
        }

        /** Replaces the flags. User name (0x80) and password (0x40) are left out if their flag is missing. */
        Connect flags(int value) {
            flags = value;
            return this;
        }

        Connect keepAlive(int seconds) {
            keepAlive = seconds;
            return this;
        }

        Connect will(String topic, String payload, int qos) {
            Body body = version == 5 ? new Body().octet(0) : new Body();
            will = body.text(topic).text(payload).bytes();
            flags |= 0x04 | (qos << 3);
            return this;
        }

        byte[] bytes() {
            Body body = new Body().text(name).octet(version).octet(flags).number(keepAlive);
            if (version == 5) {
                body.raw(properties);
            }
            body.text(clientId).raw(will);
            if ((flags & 0x80) != 0) {
                body.text(user);
            }
            if ((flags & 0x40) != 0) {
                body.text(secret);
            }
            return packet(0x10, body);
        }
    }
}
