package io.bellwire.delivery;

import java.util.function.Consumer;

/** Makes calls. Thread-safe. */
public interface CallSender {
    /**
     * Signs and sends the call. Never blocks. {@code done} gets the result exactly once, on any thread, soon after the
     * call's deadline at the latest; it returns at once.
     */
    void send(PreparedCall call, Consumer<CallResult> done);
}
