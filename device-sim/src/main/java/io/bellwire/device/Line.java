package io.bellwire.device;

import java.util.List;

/** The connection that signals come over: down, being dialled, or up. Not thread-safe. */
final class Line {
    private enum Status {
        DOWN,
        DIALLING,
        UP
    }

    private final Backoff backoff;
    private Status status = Status.DOWN;
    private long upSinceMillis;
    private long dialDueMillis = Device.NEVER_MILLIS;

    Line(Backoff backoff) {
        this.backoff = backoff;
    }

    long dialDueMillis() {
        return dialDueMillis;
    }

    void dial(List<Effect> effects) {
        status = Status.DIALLING;
        dialDueMillis = Device.NEVER_MILLIS;
        effects.add(new Effect.Listen());
    }

    void tick(long atMillis, List<Effect> effects) {
        if (dialDueMillis <= atMillis) {
            dial(effects);
        }
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
        if (status == Status.DOWN) {
            return;
        }
        // A connection that is cut as soon as it stands must not be dialled without pause: only one that held resets.
        if (status == Status.UP && atMillis - upSinceMillis >= backoff.ceilingMillis()) {
            backoff.reset();
        }
        status = Status.DOWN;
        dialDueMillis = atMillis + backoff.nextMillis(0);
    }
}
