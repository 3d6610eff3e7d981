package io.bellwire.delivery;

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

    static CallError of(CallResult result, long atMillis) {
        return result.fold(
                answered -> new CallError(
                        atMillis, Integer.toString(answered.status()), answered.bodyStart(DETAIL_LENGTH_MAX)),
                failed -> new CallError(atMillis, failed.reason(), shortened(failed.detail())),
                busy -> new CallError(atMillis, "busy", ""));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), DETAIL_LENGTH_MAX));
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? what : what + ": " + detail;
    }
}
