package io.bellwire.device;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a device asks its feed although nothing called for it: now and then besides its signals, always again without
 * them, or at the end of a wait that the server did not keep. Measures what its signals missed. Not thread-safe.
 */
final class SafetyPollTimer {
    private final Doorbell doorbell;
    private final RandomGenerator random;
    private final JitteredBackoff haste;
    private long dueMillis = Device.NEVER_MILLIS;
    private long everyMillis;
    private boolean looking;

    /** @param haste for a server that answers a read at once that should have waited */
    SafetyPollTimer(Doorbell doorbell, RandomGenerator random, JitteredBackoff haste) {
        this.doorbell = doorbell;
        this.random = random;
        this.haste = haste;
        if (doorbell instanceof Doorbell.Signals signals) {
            everyMillis = signals.safetyPolls().startMillis();
        } else if (doorbell instanceof Doorbell.Poll poll) {
            everyMillis = poll.everyMillis();
        }
    }

    long dueMillis() {
        return dueMillis;
    }

    /** The next look is a whole pause away. */
    void restart(long atMillis) {
        dueMillis = everyMillis == 0 ? Device.NEVER_MILLIS : atMillis + jittered(everyMillis);
    }

    /** Without a line nothing announces anything: a pause that a good line has made long is too long for none. */
    void lineDown(long atMillis) {
        looking = false;
        if (doorbell instanceof Doorbell.Signals signals) {
            long most = signals.safetyPolls().startMillis();
            if (everyMillis > most && dueMillis != Device.NEVER_MILLIS) {
                dueMillis = Math.min(dueMillis, atMillis + jittered(most));
            }
        }
    }

    /** It is time to look; {@code unannounced} if all that was announced has been read and the line is up. */
    void look(long atMillis, boolean unannounced) {
        looking = unannounced;
        restart(atMillis);
    }

    /** A signal has come before the answer: whatever the answer brings was announced. */
    void announced() {
        looking = false;
    }

    /** The fetch has come to nothing, which tells nothing of signals. */
    void failed() {
        looking = false;
    }

    /**
     * A page has come. If nothing but a look had called for it, its changes were announced by nobody: a change whose
     * signal was just about to come counts too, but whoever looks only after minutes of silence rarely meets one.
     */
    void found(int changes, List<Effect> effects) {
        if (!looking || !(doorbell instanceof Doorbell.Signals signals)) {
            return;
        }
        looking = false;
        SafetyPolls limits = signals.safetyPolls();
        everyMillis = changes > 0
                ? Math.max(limits.minMillis(), everyMillis / 2)
                : Math.min(limits.maxMillis(), everyMillis + everyMillis / 2);
        effects.add(new Effect.SafetyPolled(changes, everyMillis));
    }

    /**
     * A read that should have waited is over, without news: whether the next may begin at once. If the server did not
     * wait, as it does when too many wait already, the next is due later.
     */
    boolean waited(long atMillis, long sinceMillis, long waitMillis) {
        if (atMillis - sinceMillis >= waitMillis / 2) {
            haste.reset();
            return true;
        }
        dueMillis = atMillis + haste.nextMillis();
        return false;
    }

    private long jittered(long millis) {
        long fifth = millis / 5;
        return millis - fifth + random.nextLong(2 * fifth + 1);
    }
}
