package io.bellwire.receiver;

import java.time.Duration;

/**
 * How a receiver misbehaves. Challenges are answered without faults, so that an endpoint can be set up. Rates are
 * chances from 0 to 1 of each call. Immutable.
 *
 * @param delay before each answer
 * @param failRate 500, nothing applied
 * @param lieRate 2xx, nothing applied
 * @param falseFailureRate applied, but 500
 * @param forgetRate what was applied before is forgotten: a repetition is applied a second time
 * @param dropRate the connection is closed without an answer, nothing applied
 * @param status answers each call with this, nothing applied; 0 for none
 * @param tooLargeOver a body of more bytes is answered with 413
 * @param retryAfter with {@code busyRate}: 429, and this as Retry-After; calls before that time get 429 again
 * @param busyRate chance that such a time begins
 */
public record ReceiverFaults(
        Duration delay,
        double failRate,
        double lieRate,
        double falseFailureRate,
        double forgetRate,
        double dropRate,
        int status,
        int tooLargeOver,
        Duration retryAfter,
        double busyRate) {
    private static final Duration DELAY_MAX = Duration.ofHours(1);

    public static final ReceiverFaults NONE =
            new ReceiverFaults(Duration.ZERO, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE, Duration.ZERO, 0);

    public ReceiverFaults {
        if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException("delay must be from 0 to 1 h, is " + delay);
        }
        requireRate("fail-rate", failRate);
        requireRate("lie-rate", lieRate);
        requireRate("false-failure-rate", falseFailureRate);
        requireRate("forget-rate", forgetRate);
        requireRate("drop-rate", dropRate);
        requireRate("busy-rate", busyRate);
        if (status != 0 && (status < 200 || status > 599)) {
            throw new IllegalArgumentException("status must be from 200 to 599, is " + status);
        }
        if (tooLargeOver < 0) {
            throw new IllegalArgumentException("too-large-over must not be negative, is " + tooLargeOver);
        }
        if (retryAfter.isNegative() || retryAfter.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException("retry-after must be from 0 to 1 h, is " + retryAfter);
        }
    }

    private static void requireRate(String name, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(name + " must be from 0 to 1, is " + rate);
        }
    }
}
