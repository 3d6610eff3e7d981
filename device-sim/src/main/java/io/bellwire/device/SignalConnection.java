package io.bellwire.device;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state of the connection that signals arrive on: when to connect again, and until when the first signal after the
 * subscription, the greeting with the current revision, has to arrive. Not thread-safe.
 */
final class SignalConnection {
    private enum Status {
        DISCONNECTED,
        CONNECTING,
        SUBSCRIBED
    }

    /** How many times as long as the wait for a greeting the fetches are spread for which it is missing. */
    private static final int MISSING_SPREAD = 5;

    private final Doorbell doorbell;
    private final JitteredBackoff backoff;
    private final RandomGenerator random;
    private Status status = Status.DISCONNECTED;
    private long subscribedAtMillis;
    private long connectDueMillis = Device.NEVER_MILLIS;
    private long greetingDueMillis = Device.NEVER_MILLIS;

    SignalConnection(Doorbell doorbell, JitteredBackoff backoff, RandomGenerator random) {
        this.doorbell = doorbell;
        this.backoff = backoff;
        this.random = random;
    }

    long dueMillis() {
        return Math.min(connectDueMillis, greetingDueMillis);
    }

    boolean isSubscribed() {
        return status == Status.SUBSCRIBED;
    }

    void connect(List<Effect> effects) {
        status = Status.CONNECTING;
        connectDueMillis = Device.NEVER_MILLIS;
        effects.add(new Effect.Subscribe());
    }

    /** Connects if that is due; returns whether the greeting has not arrived in time. */
    boolean tick(long atMillis, List<Effect> effects) {
        if (connectDueMillis <= atMillis) {
            connect(effects);
        }
        boolean greetingIsMissing = greetingDueMillis <= atMillis;
        if (greetingIsMissing) {
            greetingArrived();
        }
        return greetingIsMissing;
    }

    /**
     * Starts the wait for the greeting. If a server sends none to anybody, all devices miss it at once: each waits for
     * a random time more, so that they do not fetch at once.
     */
    void expectGreeting(long atMillis) {
        if (doorbell instanceof Doorbell.Signals signals) {
            long waitMillis = signals.greetingMillis();
            greetingDueMillis = atMillis + waitMillis + random.nextLong(MISSING_SPREAD * waitMillis);
        }
    }

    /** The greeting has arrived, or is not needed any more. */
    void greetingArrived() {
        greetingDueMillis = Device.NEVER_MILLIS;
    }

    /** The subscription is confirmed; returns whether this was expected. */
    boolean subscribed(long atMillis) {
        if (status != Status.CONNECTING) {
            return false;
        }
        status = Status.SUBSCRIBED;
        subscribedAtMillis = atMillis;
        return true;
    }

    /** The connection has ended or could not be made: the next one is due after a wait. */
    void disconnected(long atMillis) {
        greetingArrived();
        if (status == Status.DISCONNECTED) {
            return;
        }
        // Only a connection that has lasted resets the wait: one that always ends at once must not be made in a loop.
        if (status == Status.SUBSCRIBED && atMillis - subscribedAtMillis >= backoff.ceilingMillis()) {
            backoff.reset();
        }
        status = Status.DISCONNECTED;
        connectDueMillis = atMillis + backoff.nextMillis();
    }
}
