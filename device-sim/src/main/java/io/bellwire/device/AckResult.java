package io.bellwire.device;

/** The server's answer to an {@link Effect.Ack}. Immutable. */
public sealed interface AckResult {
    /** The server has stored the position. */
    record Accepted() implements AckResult {}

    /** The server does not know the position: its log is another one, or lost its end. A fetch tells which. */
    record Refused() implements AckResult {}

    /**
     * There was no usable answer.
     *
     * @param retryAfterMillis how long the server asked to wait; 0 if it did not
     * @param reason what went wrong, for the log
     */
    record Failed(long retryAfterMillis, String reason) implements AckResult {
        public Failed {
            if (retryAfterMillis < 0) {
                throw new IllegalArgumentException("retryAfterMillis must not be negative, is " + retryAfterMillis);
            }
        }
    }
}
