package io.bellwire.device;

/** How a device learns that its feed has moved. Immutable. */
public sealed interface Doorbell {
    /**
     * By signals, whatever they come over.
     *
     * @param greetingMillis how long after subscribing to wait for the signal that tells the current revision; without it
     *     the device polls
     * @param safetyPolls how often to poll without any signal
     */
    record Signals(long greetingMillis, SafetyPolls safetyPolls) implements Doorbell {
        public Signals {
            if (greetingMillis < 1) {
                throw new IllegalArgumentException("greetingMillis must be positive, is " + greetingMillis);
            }
        }
    }

    /**
     * By a read of the feed that waits for the next change; one is always under way.
     *
     * @param waitMillis how long the server is asked to wait, 1 to 60000
     */
    record LongPoll(long waitMillis) implements Doorbell {
        public LongPoll {
            if (waitMillis < 1 || waitMillis > 60_000) {
                throw new IllegalArgumentException("waitMillis must be 1 to 60000, is " + waitMillis);
            }
        }
    }

    /**
     * Not at all: it asks.
     *
     * @param everyMillis how often, give or take a fifth
     */
    record Poll(long everyMillis) implements Doorbell {
        public Poll {
            if (everyMillis < 10) {
                throw new IllegalArgumentException("everyMillis must be at least 10, is " + everyMillis);
            }
        }
    }
}
