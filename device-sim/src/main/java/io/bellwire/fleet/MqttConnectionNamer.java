package io.bellwire.fleet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Names a connection by the client id in its CONNECT. */
final class MqttConnectionNamer implements ConnectionNamer {
    private @Nullable Head head = new Head();
    private @Nullable String name;

    @Override
    public void inspect(ByteBuffer bytes) {
        Head collected = head;
        if (collected == null) {
            return;
        }
        collected.add(bytes);
        name = ConnectPacket.clientId(collected.soFar()).orElse(null);
        if (name != null) {
            head = null;
        }
    }

    @Override
    public @Nullable String name() {
        return name;
    }
}
