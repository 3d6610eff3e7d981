package io.bellwire.device;

/** What came of an {@link Effect.Ack}. Immutable. */
public sealed interface AckResult {
    /** The server has noted the position. */
    record Accepted() implements AckResult {}

    /** The server knows no such position: the log is another, or lost its end. The feed will tell which. */
    record Refused() implements AckResult {}

    /**
     * No usable answer.
     *
     * @param retryAfterMillis how long the server asked to wait; 0 if it did not
     */
    record Failed(long retryAfterMillis, String why) implements AckResult {
        public Failed {
            if (retryAfterMillis < 0) {
                throw new IllegalArgumentException("retryAfterMillis must not be negative, is " + retryAfterMillis);
            }
        }
    }
}
