package io.bellwire.fleet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds out of what a device sends whose connection this is. One for each connection; not thread-safe. */
interface ConnectionNamer {
    /** How much is looked at until a name must have come. */
    int BYTES_MAX = 8_192;

    /** Looks at {@code bytes}, from their position to their limit, which stay as they are. */
    void look(ByteBuffer bytes);

    /** The device's id as far as it is known by now. */
    @Nullable String name();

    /** For MQTT: the client id of the first packet. */
    static ConnectionNamer mqtt() {
        return new MqttNames();
    }

    /** For MQTT over WebSocket: the client id in the first frame. */
    static ConnectionNamer webSocket() {
        return new WebSocketNames();
    }

    /** For requests without a body: the device in the last request's path. */
    static ConnectionNamer http() {
        return new HttpNames();
    }

    /** The first bytes of something, up to a bound. */
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
