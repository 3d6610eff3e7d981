package io.bellwire.device;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a device fetches although no signal asked for it: at a long interval if it receives signals, at its interval if
 * it polls, and after a pause if the server ends a long poll early. Adapts the long interval to how many changes such
 * polls find that no signal announced. Not thread-safe.
 */
final class SafetyPollTimer {
    private final Doorbell doorbell;
    private final RandomGenerator random;
    private final JitteredBackoff earlyAnswers;
    private long dueMillis = Device.NEVER_MILLIS;
    /** 0 for long poll, which has no interval. */
    private long intervalMillis;
    /** Whether what the fetch under way finds was announced by no signal, and so tells how reliable signals are. */
    private boolean isMeasuring;

    /** @param earlyAnswers pauses after long polls that the server answers at once without a change */
    SafetyPollTimer(Doorbell doorbell, RandomGenerator random, JitteredBackoff earlyAnswers) {
        this.doorbell = doorbell;
        this.random = random;
        this.earlyAnswers = earlyAnswers;
        if (doorbell instanceof Doorbell.Signals signals) {
            intervalMillis = signals.safetyPolls().startMillis();
        } else if (doorbell instanceof Doorbell.Poll poll) {
            intervalMillis = poll.everyMillis();
        }
    }

    long dueMillis() {
        return dueMillis;
    }

    /** Makes the next poll due one whole interval from now. */
    void restart(long atMillis) {
        dueMillis = intervalMillis == 0 ? Device.NEVER_MILLIS : atMillis + jittered(intervalMillis);
    }

    /** No signals arrive any more: an interval that has grown on a reliable connection is too long without one. */
    void disconnected(long atMillis) {
        isMeasuring = false;
        if (doorbell instanceof Doorbell.Signals signals) {
            long startMillis = signals.safetyPolls().startMillis();
            if (intervalMillis > startMillis && dueMillis != Device.NEVER_MILLIS) {
                dueMillis = Math.min(dueMillis, atMillis + jittered(startMillis));
            }
        }
    }

    /** @param measures whether the device is subscribed and has fetched all that signals have announced */
    void pollStarted(long atMillis, boolean measures) {
        isMeasuring = measures;
        restart(atMillis);
    }

    /** A signal has arrived before the answer: it announces whatever the answer brings. */
    void signalReceived() {
        isMeasuring = false;
    }

    void fetchFailed() {
        isMeasuring = false;
    }

    /**
     * A page has arrived. If only a safety poll asked for it, no signal announced its changes: then any change halves
     * the interval, and a page without changes makes it half as long again. A change whose signal was about to arrive
     * counts too, but that is rare after minutes without a signal.
     */
    void pageReceived(int changes, List<Effect> effects) {
        if (!isMeasuring || !(doorbell instanceof Doorbell.Signals signals)) {
            return;
        }
        isMeasuring = false;
        SafetyPolls limits = signals.safetyPolls();
        intervalMillis = changes > 0
                ? Math.max(limits.minMillis(), intervalMillis / 2)
                : Math.min(limits.maxMillis(), intervalMillis + intervalMillis / 2);
        effects.add(new Effect.SafetyPolled(changes, intervalMillis));
    }

    /**
     * A long poll has ended without a change. Returns whether the server waited for at least half of {@code
     * waitMillis}, so that the next may begin at once. If it did not, because too many wait already, the next one is
     * due after a pause.
     */
    boolean serverWaited(long atMillis, long sinceMillis, long waitMillis) {
        if (atMillis - sinceMillis >= waitMillis / 2) {
            earlyAnswers.reset();
            return true;
        }
        dueMillis = atMillis + earlyAnswers.nextMillis();
        return false;
    }

    private long jittered(long millis) {
        long fifth = millis / 5;
        return millis - fifth + random.nextLong(2 * fifth + 1);
    }
}
