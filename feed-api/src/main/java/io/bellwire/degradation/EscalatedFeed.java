package io.bellwire.degradation;

import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.Optional;

/**
 * A feed that has a problem, and what is withheld from it. Immutable.
 *
 * @param escalation the name of the rule by which it is treated
 * @param problem one line that says what is wrong
 * @param lasted for how long it has had the problem
 * @param step which step was taken last, from 1 on; 0 if none was
 * @param ordersPercent how many of 100 new orders are let in
 * @param isDisconnected whether the partner's endpoints are not called, and its event streams are refused
 * @param retryAfter how long it will probably take until more is let in
 * @param lossIn when retention takes the first change that is not processed; empty if it takes none
 */
public record EscalatedFeed(
        FeedId feed,
        String escalation,
        String problem,
        Duration lasted,
        int step,
        int ordersPercent,
        boolean isDisconnected,
        Duration retryAfter,
        Optional<Duration> lossIn) {
    public static final int ALL_PERCENT = 100;

    public EscalatedFeed {
        if (ordersPercent < 0 || ordersPercent > ALL_PERCENT) {
            throw new IllegalArgumentException("orders must be 0 to 100 percent, are " + ordersPercent);
        }
    }

    /** Whether anything is withheld. */
    public boolean isDegraded() {
        return ordersPercent < ALL_PERCENT || isDisconnected;
    }
}
