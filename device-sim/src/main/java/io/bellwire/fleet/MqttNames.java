package io.bellwire.fleet;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Names a connection by its CONNECT. */
final class MqttNames implements ConnectionNamer {
    private @Nullable Head head = new Head();
    private @Nullable String name;

    @Override
    public void look(ByteBuffer bytes) {
        Head looking = head;
        if (looking == null) {
            return;
        }
        looking.add(bytes);
        name = ConnectPacket.clientId(looking.soFar()).orElse(null);
        if (name != null) {
            head = null;
        }
    }

    @Override
    public @Nullable String name() {
        return name;
    }
}
