package io.bellwire.device.net;

/** One connection of a {@link SignalSource}, being made or subscribed. Thread-safe. */
@FunctionalInterface
public interface SignalSubscription {
    /** Closes the connection. The listener is not called any more, except for a call that is already running. */
    void close();
}
