package io.bellwire.delivery;

import java.time.Duration;
import java.util.List;

/**
 * How deliveries are made. Immutable; the constructor throws {@link IllegalArgumentException} that names the option.
 *
 * @param retries how long after each failed attempt the next one follows; after the last one the endpoint is disabled
 * @param pauseAfter how many attempts in a row must fail before the endpoint is only probed
 * @param failingAfter how many attempts in a row must fail before the partner is told
 * @param newsSpacing how long after the partner was told it is not told again: each event about an endpoint is itself
 *     delivered, and must not cause the next one
 * @param reminders after which time a received signal is repeated if the partner has not read; each further one after
 *     twice as long
 * @param remindersMax at most so long after the one before
 * @param inFlightBytesMax bytes in the bodies of all calls under way, which the last of them may exceed by itself
 * @param inFlightCallsMax calls under way of all endpoints
 * @param loadsMax reads of the store under way for all endpoints
 * @param suspiciousAfter after which time an endpoint is suspicious that receives and whose partner processes nothing
 * @param signatureProbe about how often a receiver gets a call with a wrong signature; zero for never
 */
public record DeliveryOptions(
        List<Duration> retries,
        int pauseAfter,
        int failingAfter,
        Duration newsSpacing,
        Duration reminders,
        Duration remindersMax,
        long inFlightBytesMax,
        int inFlightCallsMax,
        int loadsMax,
        Duration suspiciousAfter,
        Duration signatureProbe) {
    private static final int RETRIES_MAX = 50;
    private static final Duration TIME_MAX = Duration.ofDays(7);
    private static final int COUNT_MAX = 1_000;
    private static final long BYTES_MIN = 1 << 20;
    private static final int CALLS_MAX = 1_000_000;

    /** Retries as Standard Webhooks, version 1, has them under "Retry schedule". */
    public static final DeliveryOptions DEFAULT = new DeliveryOptions(
            List.of(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(30),
                    Duration.ofHours(2),
                    Duration.ofHours(5),
                    Duration.ofHours(10),
                    Duration.ofHours(14),
                    Duration.ofHours(20),
                    Duration.ofHours(24)),
            5,
            2,
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofHours(4),
            64 << 20,
            4_096,
            8,
            Duration.ofHours(1),
            Duration.ZERO);

    public DeliveryOptions {
        retries = List.copyOf(retries);
        if (retries.isEmpty() || retries.size() > RETRIES_MAX) {
            throw new IllegalArgumentException("retries must be 1 to " + RETRIES_MAX + ", are " + retries.size());
        }
        retries.forEach(retry -> requireTime("a retry", retry, TIME_MAX));
        requireCount("attempts until a pause", pauseAfter, COUNT_MAX);
        requireCount("attempts until the partner is told", failingAfter, COUNT_MAX);
        requireTime("the spacing of news", newsSpacing, TIME_MAX);
        requireTime("reminders", reminders, TIME_MAX);
        requireTime("reminders at most", remindersMax, TIME_MAX);
        if (remindersMax.compareTo(reminders) < 0) {
            throw new IllegalArgumentException(
                    "reminders at most must be at least " + reminders + ", are " + remindersMax);
        }
        if (inFlightBytesMax < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "bytes under way must be at least " + BYTES_MIN + ", are " + inFlightBytesMax);
        }
        requireCount("calls under way", inFlightCallsMax, CALLS_MAX);
        requireCount("reads under way", loadsMax, COUNT_MAX);
        requireTime("the time until an endpoint is suspicious", suspiciousAfter, TIME_MAX);
        if (!signatureProbe.isZero()) {
            requireTime("the interval of signature probes", signatureProbe, TIME_MAX);
        }
    }

    /** The same with other retries. */
    public DeliveryOptions withRetries(List<Duration> newRetries, int newPauseAfter) {
        return new DeliveryOptions(
                newRetries,
                newPauseAfter,
                failingAfter,
                newsSpacing,
                reminders,
                remindersMax,
                inFlightBytesMax,
                inFlightCallsMax,
                loadsMax,
                suspiciousAfter,
                signatureProbe);
    }

    /** The same with another watch on what answers do not say. */
    public DeliveryOptions withWatch(Duration newSuspiciousAfter, Duration newSignatureProbe) {
        return new DeliveryOptions(
                retries,
                pauseAfter,
                failingAfter,
                newsSpacing,
                reminders,
                remindersMax,
                inFlightBytesMax,
                inFlightCallsMax,
                loadsMax,
                newSuspiciousAfter,
                newSignatureProbe);
    }

    private static void requireTime(String option, Duration time, Duration max) {
        if (time.isNegative() || time.isZero() || time.compareTo(max) > 0) {
            throw new IllegalArgumentException(option + " must be above zero and at most " + max + ", is " + time);
        }
    }

    private static void requireCount(String option, int count, int max) {
        if (count < 1 || count > max) {
            throw new IllegalArgumentException(option + " must be 1 to " + max + ", are " + count);
        }
    }

    /** The schedule of retries. */
    RetrySchedule schedule() {
        return new RetrySchedule(retries);
    }
}
