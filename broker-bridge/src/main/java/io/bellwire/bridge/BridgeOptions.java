package io.bellwire.bridge;

import java.time.Duration;

/**
 * The bridge's times and limits. Immutable.
 *
 * @param window a device gets at most one signal in each of these; zero for no coalescing
 * @param again how long to wait before a device that stays behind is rung again, and before a hand-over or a look-up
 *     that failed is tried again
 * @param patience after how long an answer of the broker or the log is no longer waited for
 * @param inquiryFeedsMax how many feeds are looked up in one call
 */
public record BridgeOptions(Duration window, Backoff again, Duration patience, int inquiryFeedsMax) {
    /** 100 ms, 1 s to 60 s, 10 s, 1,000 feeds. */
    public static final BridgeOptions DEFAULT = new BridgeOptions(
            Duration.ofMillis(100),
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60)),
            Duration.ofSeconds(10),
            1_000);

    public BridgeOptions {
        if (window.isNegative() || window.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("window must be zero to a minute, is " + window);
        }
        if (patience.isNegative() || patience.isZero() || patience.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("patience must be above zero, up to a day, is " + patience);
        }
        if (inquiryFeedsMax < 1) {
            throw new IllegalArgumentException("inquiryFeedsMax must be at least 1, is " + inquiryFeedsMax);
        }
    }
}
