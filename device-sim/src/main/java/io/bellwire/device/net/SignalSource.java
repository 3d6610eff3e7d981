package io.bellwire.device.net;

import io.bellwire.device.DeviceCursor;
import org.jspecify.annotations.Nullable;

/**
 * A way to receive signals: MQTT ({@link HiveMqSignals}, {@link PahoSignals}) or event streams ({@link SseSignals}).
 * All devices of a process share it. Thread-safe.
 *
 * <pre>{@code
 * SignalSubscription subscription = signals.connect(credentials, cursor, listener);
 * // listener.subscribed(), listener.signal(...), listener.signal(...)
 * subscription.close();
 * }</pre>
 */
public interface SignalSource extends AutoCloseable {
    /** For devices that receive no signals and never connect. */
    SignalSource NONE = new SignalSource() {
        @Override
        public SignalSubscription connect(
                DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener) {
            listener.disconnected("there is no doorbell");
            return () -> {};
        }

        @Override
        public void close() {}
    };

    /**
     * Connects and subscribes once, without waiting for it. It does not try again after a failure: the listener is
     * notified by {@code disconnected}, and the caller connects again.
     *
     * @param cursor up to where the device has read its feed, null if it has not; a source may tell the server, which
     *     then need not send a first signal to a device that is up to date
     */
    SignalSubscription connect(DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener);

    /** Ends the threads that the connections share. Connections that are still open may be disconnected. */
    @Override
    void close();
}
