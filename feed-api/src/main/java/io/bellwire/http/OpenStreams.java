package io.bellwire.http;

import io.bellwire.feed.SignalStreams;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The streams that are open. Thread-safe. */
final class OpenStreams implements SignalStreams {
    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();

    @Override
    public void listen(Listener toTell) {
        listener.set(toTell);
    }

    @Nullable Listener listener() {
        return listener.get();
    }

    @Override
    public int open() {
        return 0;
    }
}
