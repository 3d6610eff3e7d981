package io.bellwire.device;

/** How a device learns that its feed has grown. Immutable. */
public sealed interface Doorbell {
    /**
     * The server sends signals, over MQTT, WebSocket or an event stream.
     *
     * @param greetingMillis how long to wait after subscribing for the signal with the current revision; if it does not
     *     arrive, the device fetches at a random moment within five times as long
     * @param safetyPolls how often the device fetches without any signal
     */
    record Signals(long greetingMillis, SafetyPolls safetyPolls) implements Doorbell {
        public Signals {
            if (greetingMillis < 1) {
                throw new IllegalArgumentException("greetingMillis must be positive, is " + greetingMillis);
            }
        }
    }

    /**
     * The device always has one fetch under way, which the server answers when there is a change.
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
     * The device fetches at an interval.
     *
     * @param everyMillis the interval, give or take a fifth
     */
    record Poll(long everyMillis) implements Doorbell {
        public Poll {
            if (everyMillis < 10) {
                throw new IllegalArgumentException("everyMillis must be at least 10, is " + everyMillis);
            }
        }
    }
}
