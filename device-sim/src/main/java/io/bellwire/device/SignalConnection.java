package io.bellwire.device;

import java.util.List;

/** The connection that signals come over: down, being dialled, or up, at first without a greeting. Not thread-safe. */
final class SignalConnection {
    private enum Status {
        DOWN,
        DIALLING,
        UP
    }

    private final Doorbell doorbell;
    private final JitteredBackoff backoff;
    private Status status = Status.DOWN;
    private long upSinceMillis;
    private long dialDueMillis = Device.NEVER_MILLIS;
    private long greetingDueMillis = Device.NEVER_MILLIS;

    SignalConnection(Doorbell doorbell, JitteredBackoff backoff) {
        this.doorbell = doorbell;
        this.backoff = backoff;
    }

    long dueMillis() {
        return Math.min(dialDueMillis, greetingDueMillis);
    }

    boolean isUp() {
        return status == Status.UP;
    }

    void dial(List<Effect> effects) {
        status = Status.DIALLING;
        dialDueMillis = Device.NEVER_MILLIS;
        effects.add(new Effect.Listen());
    }

    /** Whether the greeting has not come in time. */
    boolean tick(long atMillis, List<Effect> effects) {
        if (dialDueMillis <= atMillis) {
            dial(effects);
        }
        boolean ungreeted = greetingDueMillis <= atMillis;
        if (ungreeted) {
            greeted();
        }
        return ungreeted;
    }

    /** From now on a signal has to come that tells the current revision. */
    void awaitGreeting(long atMillis) {
        if (doorbell instanceof Doorbell.Signals signals) {
            greetingDueMillis = atMillis + signals.greetingMillis();
        }
    }

    /** It has come, or is not needed any more. */
    void greeted() {
        greetingDueMillis = Device.NEVER_MILLIS;
    }

    /** Whether this was expected. */
    boolean up(long atMillis) {
        if (status != Status.DIALLING) {
            return false;
        }
        status = Status.UP;
        upSinceMillis = atMillis;
        return true;
    }

    void down(long atMillis) {
        greeted();
        if (status == Status.DOWN) {
            return;
        }
        // A connection that is cut as soon as it stands must not be dialled without pause: only one that held resets.
        if (status == Status.UP && atMillis - upSinceMillis >= backoff.ceilingMillis()) {
            backoff.reset();
        }
        status = Status.DOWN;
        dialDueMillis = atMillis + backoff.nextMillis();
    }
}
