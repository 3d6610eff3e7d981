package io.bellwire.bridge;

import io.bellwire.route.SignalRule;
import java.time.Duration;

/**
 * The bridge's times and limits. Immutable.
 *
 * @param window a channel gets at most one signal in each of these; zero for no coalescing. A route may say otherwise
 * @param reminders how long to wait before a reader that stays behind is signalled again, and before a hand-over or a
 *     look-up that failed is tried again
 * @param answerTimeout after how long an answer of a channel or the log is no longer waited for
 * @param lookUpFeedsMax how many feeds are looked up in one call
 * @param bytesMax the longest message that lists changes. A route may say otherwise
 * @param spreadMax the longest time over which readers are asked to spread their requests; zero to never ask
 */
public record BridgeOptions(
        Duration window,
        ReminderBackoff reminders,
        Duration answerTimeout,
        int lookUpFeedsMax,
        int bytesMax,
        Duration spreadMax) {
    private static final int BYTES_MAX = 4_000;
    private static final Duration SPREAD_MAX = Duration.ofSeconds(30);
    private static final Duration SPREAD_MOST = Duration.ofMinutes(10);

    /** 100 ms, 1 s to 60 s, 10 s, 1,000 feeds, 4,000 bytes, 30 s. */
    public static final BridgeOptions DEFAULT = new BridgeOptions(
            Duration.ofMillis(100),
            new ReminderBackoff(Duration.ofSeconds(1), Duration.ofSeconds(60)),
            Duration.ofSeconds(10),
            1_000);

    public BridgeOptions {
        if (window.isNegative() || window.compareTo(SignalRule.WINDOW_MAX) > 0) {
            throw new IllegalArgumentException("window must be zero to a minute, is " + window);
        }
        if (answerTimeout.isNegative() || answerTimeout.isZero() || answerTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("answerTimeout must be above zero, up to a day, is " + answerTimeout);
        }
        if (lookUpFeedsMax < 1) {
            throw new IllegalArgumentException("lookUpFeedsMax must be at least 1, is " + lookUpFeedsMax);
        }
        if (bytesMax < SignalRule.BYTES_MIN || bytesMax > SignalRule.BYTES_MAX) {
            throw new IllegalArgumentException("bytesMax must be " + SignalRule.BYTES_MIN + " to "
                    + SignalRule.BYTES_MAX + " bytes, is " + bytesMax);
        }
        if (spreadMax.isNegative() || spreadMax.compareTo(SPREAD_MOST) > 0) {
            throw new IllegalArgumentException("spreadMax must be zero to 10 minutes, is " + spreadMax);
        }
    }

    /** The rest is as in {@link #DEFAULT}. */
    public BridgeOptions(Duration window, ReminderBackoff reminders, Duration answerTimeout, int lookUpFeedsMax) {
        this(window, reminders, answerTimeout, lookUpFeedsMax, BYTES_MAX, SPREAD_MAX);
    }

    public BridgeOptions withBytesMax(int newBytesMax) {
        return new BridgeOptions(window, reminders, answerTimeout, lookUpFeedsMax, newBytesMax, spreadMax);
    }

    public BridgeOptions withSpreadMax(Duration newSpreadMax) {
        return new BridgeOptions(window, reminders, answerTimeout, lookUpFeedsMax, bytesMax, newSpreadMax);
    }

    /** How a change is signalled that no route says anything of. */
    public SignalRule plainRule() {
        return SignalRule.plain(window, bytesMax);
    }
}
