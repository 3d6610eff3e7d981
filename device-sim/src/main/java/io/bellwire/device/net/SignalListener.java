package io.bellwire.device.net;

import io.bellwire.device.ReceivedSignal;

/**
 * Is notified of what happens on one connection of a {@link SignalSource}: {@link #subscribed} or {@link #resumed} at
 * most once, then any number of signals, and at the end {@link #disconnected} exactly once, unless the subscription is
 * closed before. Calls come one at a time and must not block.
 */
public interface SignalListener {
    /** The device is connected, and the server has confirmed the subscription. A signal with the head follows. */
    void subscribed();

    /** As {@link #subscribed}, but a signal follows only if the feed goes further than the cursor that was given. */
    default void resumed() {
        subscribed();
    }

    void signal(ReceivedSignal signal);

    /** The connection could not be made, or has ended. */
    void disconnected(String reason);
}
