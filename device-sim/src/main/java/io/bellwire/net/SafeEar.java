package io.bellwire.net;

import io.bellwire.device.Signal;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the clients to what {@link SignalSource.Ear} promises: one cut, nothing after it, and no signal that is none.
 * Thread-safe.
 */
final class SafeEar {
    private static final Logger LOG = LoggerFactory.getLogger(SafeEar.class);
    private final Identity who;
    private final SignalSource.Ear ear;
    private boolean over;

    SafeEar(Identity who, SignalSource.Ear ear) {
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
        Signal signal;
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
