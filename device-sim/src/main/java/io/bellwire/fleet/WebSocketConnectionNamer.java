package io.bellwire.fleet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Names a WebSocket connection by the CONNECT in the masked frames after its upgrade (RFC 6455, section 5.2). */
final class WebSocketConnectionNamer implements ConnectionNamer {
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MASK_BYTES = 4;
    private static final int OPCODE = 0x0F;
    private static final int OPCODE_DATA_MAX = 2;

    private final HttpHeadScanner upgrade = new HttpHeadScanner();
    private @Nullable Head frames = new Head();
    private @Nullable String name;

    @Override
    public void inspect(ByteBuffer bytes) {
        Head collected = frames;
        if (collected == null) {
            return;
        }
        ByteBuffer in = bytes.duplicate();
        while (in.hasRemaining() && !upgrade.isComplete()) {
            upgrade.take(in.get());
        }
        collected.add(in);
        ByteBuffer frame = collected.soFar();
        MqttConnectionNamer found = new MqttConnectionNamer();
        while (unmask(frame, found)) {
            // a packet may come in several frames
        }
        name = found.name();
        if (name != null) {
            frames = null;
        }
    }

    /** Unmasks one frame and passes it to {@code names}; returns whether there was a whole frame. */
    private static boolean unmask(ByteBuffer in, MqttConnectionNamer names) {
        if (in.remaining() < 2 + MASK_BYTES) {
            return false;
        }
        int opcode = in.get() & OPCODE;
        int length = in.get() & 0x7F;
        if (length == LENGTH_64) {
            return false; // longer than any CONNECT
        }
        if (length == LENGTH_16) {
            length = in.getShort() & 0xFFFF;
        }
        if (in.remaining() < MASK_BYTES + length) {
            return false;
        }
        byte[] mask = new byte[MASK_BYTES];
        in.get(mask);
        byte[] payload = new byte[length];
        in.get(payload);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % MASK_BYTES];
        }
        if (opcode <= OPCODE_DATA_MAX) {
            names.inspect(ByteBuffer.wrap(payload));
        }
        return true;
    }

    @Override
    public @Nullable String name() {
        return name;
    }
}
