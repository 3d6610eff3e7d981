package io.bellwire.bridge;

import io.bellwire.route.SignalRule;
import java.time.Duration;

/**
 * The bridge's times and limits. Immutable.
 *
 * @param window a line gets at most one signal in each of these; zero for no coalescing. A route may say otherwise
 * @param again how long to wait before a reader that stays behind is rung again, and before a hand-over or a look-up
 *     that failed is tried again
 * @param patience after how long an answer of a line or the log is no longer waited for
 * @param inquiryFeedsMax how many feeds are looked up in one call
 * @param bytesMax the longest message that lists changes. A route may say otherwise
 * @param spreadMax the longest time over which readers are asked to spread their requests; zero to never ask
 */
public record BridgeOptions(
        Duration window,
        ReminderBackoff again,
        Duration patience,
        int inquiryFeedsMax,
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
        if (patience.isNegative() || patience.isZero() || patience.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("patience must be above zero, up to a day, is " + patience);
        }
        if (inquiryFeedsMax < 1) {
            throw new IllegalArgumentException("inquiryFeedsMax must be at least 1, is " + inquiryFeedsMax);
        }
        if (bytesMax < SignalRule.BYTES_LEAST || bytesMax > SignalRule.BYTES_MOST) {
            throw new IllegalArgumentException("bytesMax must be " + SignalRule.BYTES_LEAST + " to "
                    + SignalRule.BYTES_MOST + " bytes, is " + bytesMax);
        }
        if (spreadMax.isNegative() || spreadMax.compareTo(SPREAD_MOST) > 0) {
            throw new IllegalArgumentException("spreadMax must be zero to 10 minutes, is " + spreadMax);
        }
    }

    /** The rest is as in {@link #DEFAULT}. */
    public BridgeOptions(Duration window, ReminderBackoff again, Duration patience, int inquiryFeedsMax) {
        this(window, again, patience, inquiryFeedsMax, BYTES_MAX, SPREAD_MAX);
    }

    public BridgeOptions withBytesMax(int newBytesMax) {
        return new BridgeOptions(window, again, patience, inquiryFeedsMax, newBytesMax, spreadMax);
    }

    public BridgeOptions withSpreadMax(Duration newSpreadMax) {
        return new BridgeOptions(window, again, patience, inquiryFeedsMax, bytesMax, newSpreadMax);
    }

    /** How a change rings that no route says anything of. */
    public SignalRule plainRule() {
        return SignalRule.plain(window, bytesMax);
    }
}
