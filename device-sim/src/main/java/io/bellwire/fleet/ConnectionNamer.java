package io.bellwire.fleet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads from the bytes that a device sends which device it is. One for each connection; not thread-safe. */
interface ConnectionNamer {
    /** Bytes that are inspected for a name; a name after these is not found. */
    int BYTES_MAX = 8_192;

    /** Inspects {@code bytes} from their position to their limit, and leaves both as they are. */
    void inspect(ByteBuffer bytes);

    /** The device's id; null until the connection's bytes have named it. */
    @Nullable String name();

    /** For MQTT: the client id of the first packet. */
    static ConnectionNamer mqtt() {
        return new MqttConnectionNamer();
    }

    /** For MQTT over WebSocket: the client id in the first frame. */
    static ConnectionNamer webSocket() {
        return new WebSocketConnectionNamer();
    }

    /** For HTTP requests without a body: the device in the last request's path. */
    static ConnectionNamer http() {
        return new HttpConnectionNamer();
    }

    /** Collects the first {@link #BYTES_MAX} bytes of a connection. */
    final class Head {
        private final ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);

        void add(ByteBuffer more) {
            ByteBuffer part = more.duplicate();
            part.limit(part.position() + Math.min(part.remaining(), bytes.remaining()));
            bytes.put(part);
        }

        ByteBuffer soFar() {
            return bytes.duplicate().flip();
        }
    }
}
