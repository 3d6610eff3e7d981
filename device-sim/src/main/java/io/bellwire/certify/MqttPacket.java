package io.bellwire.certify;

import java.io.DataInputStream;
import java.io.IOException;

/**
 * Reads and writes one MQTT packet of any version, without a client library. {@link MqttBytes} writes the body.
 *
 * <pre>{@code
 * MqttPacket connect = MqttPacket.read(in);
 * out.write(new MqttBytes().octet(0).octet(0).octet(0).packet(MqttPacket.CONNACK << 4));
 * }</pre>
 *
 * Immutable by agreement: callers do not change {@link #body}.
 */
public final class MqttPacket {
    public static final int CONNECT = 1;
    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int SUBSCRIBE = 8;
    public static final int SUBACK = 9;
    public static final int PINGREQ = 12;
    public static final int PINGRESP = 13;
    public static final int DISCONNECT = 14;

    private static final int BODY_BYTES_MAX = 64 << 10;

    private final int header;
    private final byte[] body;

    /**
     * @param header the packet's first byte: type and flags
     * @param body everything after the length
     */
    public MqttPacket(int header, byte[] body) {
        this.header = header;
        this.body = body;
    }

    /** Reads one packet. Throws {@link java.io.EOFException} if the stream ends before the packet does. */
    public static MqttPacket read(DataInputStream in) throws IOException {
        return readAfter(in.readUnsignedByte(), in);
    }

    /** Reads the rest of a packet whose first byte has been read. */
    static MqttPacket readAfter(int header, DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0 && shift < 28);
        if (length > BODY_BYTES_MAX) {
            throw new IOException("a packet of " + length + " bytes");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new MqttPacket(header, body);
    }

    /** The packet's first byte: type and flags. */
    public int header() {
        return header;
    }

    /** One of this class's constants. */
    public int type() {
        return header >> 4;
    }

    /** Everything after the length. */
    public byte[] body() {
        return body;
    }

    /** The whole packet. */
    public byte[] bytes() {
        return new MqttBytes().raw(body).packet(header);
    }
}
