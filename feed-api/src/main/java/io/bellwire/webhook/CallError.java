package io.bellwire.webhook;

/**
 * A failed attempt, as the operator and the partner see it. Immutable.
 *
 * @param atMillis when, milliseconds since 1970
 * @param what the status of the answer, or one word such as {@code timeout}
 * @param detail the first characters of the answer's body, or why there was none
 */
public record CallError(long atMillis, String what, String detail) {
    /** How many characters of an answer are kept. */
    public static final int DETAIL_LENGTH_MAX = 200;

    public CallError {
        detail = detail.substring(0, Math.min(detail.length(), DETAIL_LENGTH_MAX));
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? what : what + ": " + detail;
    }
}
