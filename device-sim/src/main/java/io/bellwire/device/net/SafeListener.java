package io.bellwire.device.net;

import io.bellwire.device.ReceivedSignal;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between an MQTT or HTTP client and a {@link SignalListener}, and keeps the listener's contract whatever the
 * client does: at most one {@code disconnected}, nothing after it or after {@link #stop}, and no malformed signals. No
 * method throws, because clients lose what their callbacks throw, or end with it. Thread-safe.
 */
final class SafeListener {
    private static final Logger LOG = LoggerFactory.getLogger(SafeListener.class);
    private final DeviceCredentials credentials;
    private final SignalListener listener;
    private boolean ended;

    SafeListener(DeviceCredentials credentials, SignalListener listener) {
        this.credentials = credentials;
        this.listener = listener;
    }

    /** Whether {@link #disconnected} or {@link #stop} was called. */
    synchronized boolean isEnded() {
        return ended;
    }

    synchronized void subscribed() {
        if (!ended) {
            notifyListener(listener::subscribed);
        }
    }

    synchronized void resumed() {
        if (!ended) {
            notifyListener(listener::resumed);
        }
    }

    /** A message has arrived; it is logged and dropped if it is not a signal. */
    synchronized void message(byte[] payload) {
        if (ended) {
            return;
        }
        ReceivedSignal signal;
        try {
            signal = SignalJson.parse(payload);
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            LOG.warn("{}: {} bytes that are not a signal: {}", credentials, payload.length, malformed.getMessage());
            return;
        }
        notifyListener(() -> listener.signal(signal));
    }

    synchronized void disconnected(String reason) {
        if (!ended) {
            ended = true;
            notifyListener(() -> listener.disconnected(reason));
        }
    }

    private void notifyListener(Runnable call) {
        try {
            call.run();
        } catch (Throwable failed) {
            MemoryExhausted.rethrow(failed);
            LOG.error("{}: the listener failed", credentials, failed);
        }
    }

    /** The subscription is closed: the listener is not called any more. */
    synchronized void stop() {
        ended = true;
    }
}
