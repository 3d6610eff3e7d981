package io.bellwire.fleet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the client id from a CONNECT packet of MQTT 3.1.1 or 5. */
final class ConnectPacket {
    private static final int CONNECT = 0x10;
    private static final int VERSION_5 = 5;

    private ConnectPacket() {}

    /**
     * The client id in {@code bytes}, from their start to their limit; empty if the packet is incomplete or is no
     * CONNECT.
     */
    static Optional<String> clientId(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        try {
            if ((in.get() & 0xF0) != CONNECT) {
                return Optional.empty();
            }
            variableInt(in);
            skip(in, in.getShort() & 0xFFFF);
            int version = in.get();
            in.get();
            in.getShort();
            if (version == VERSION_5) {
                skip(in, variableInt(in));
            }
            byte[] id = new byte[in.getShort() & 0xFFFF];
            in.get(id);
            return Optional.of(new String(id, StandardCharsets.UTF_8));
        } catch (BufferUnderflowException | IllegalArgumentException incomplete) {
            return Optional.empty();
        }
    }

    private static int variableInt(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift <= 21; shift += 7) {
            int next = in.get();
            value |= (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a length of more than four bytes");
    }

    private static void skip(ByteBuffer in, int count) {
        in.position(in.position() + count);
    }
}
