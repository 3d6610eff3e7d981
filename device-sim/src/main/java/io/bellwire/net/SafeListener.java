package io.bellwire.net;

import io.bellwire.device.ReceivedSignal;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the clients to what {@link SignalSource.Ear} promises: one cut, nothing after it, and no signal that is none.
 * Thread-safe.
 */
final class SafeListener {
    private static final Logger LOG = LoggerFactory.getLogger(SafeListener.class);
    private final DeviceCredentials who;
    private final SignalSource.Ear ear;
    private boolean over;

    SafeListener(DeviceCredentials who, SignalSource.Ear ear) {
        this.who = who;
        this.ear = ear;
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized void listening() {
        if (!over) {
            ear.listening();
        }
    }

    synchronized void resumed() {
        if (!over) {
            ear.resumed();
        }
    }

    synchronized void heard(byte[] payload) {
        if (over) {
            return;
        }
        ReceivedSignal signal;
        try {
            signal = SignalJson.parse(payload);
        } catch (IOException malformed) {
            LOG.warn("{}: {} bytes that are no signal: {}", who, payload.length, malformed.getMessage());
            return;
        }
        ear.heard(signal);
    }

    synchronized void cut(String why) {
        if (!over) {
            over = true;
            ear.cut(why);
        }
    }

    synchronized void silence() {
        over = true;
    }
}
