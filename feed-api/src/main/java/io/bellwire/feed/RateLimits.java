package io.bellwire.feed;

import io.bellwire.admission.RateByKey;
import io.bellwire.admission.TokenBucket;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the requests of each device and partner, and the reads of feeds of all together. The bucket of a caller is
 * dropped when it has had the time to fill, since an unknown caller begins with a full bucket. Thread-safe.
 */
public final class RateLimits {
    /**
     * About 100 bytes each. If there are more callers at once, those that have not asked for longest begin with a full
     * bucket.
     */
    private static final int CALLERS_MAX = 200_000;

    private final TokenBucket feedReads;
    private final Stopwatch elapsed;
    private final RateByKey<FeedId> callers;
    private final AtomicLong readsState = new AtomicLong();
    private final Counter refusedCallers;
    private final Counter refusedReads;

    /**
     * @param perCaller the limit of each device and partner
     * @param feedReads the limit of all pages of feeds together
     */
    public RateLimits(TokenBucket perCaller, TokenBucket feedReads, Stopwatch elapsed, MeterRegistry meters) {
        this.feedReads = feedReads;
        this.elapsed = elapsed;
        this.callers = new RateByKey<>(perCaller, CALLERS_MAX, elapsed);
        this.refusedCallers = refused(meters, "caller");
        this.refusedReads = refused(meters, "feed-reads");
        Gauge.builder("bellwire.rate.callers", this, RateLimits::callersInMemory)
                .description("Devices and partners that have asked lately")
                .register(meters);
    }

    private static Counter refused(MeterRegistry meters, String limit) {
        return Counter.builder("bellwire.rate.refused")
                .description("Requests that came too often and were refused")
                .tag("limit", limit)
                .register(meters);
    }

    /**
     * Takes a token for a request of this caller; zero if there was one, else the time to wait before the next request.
     */
    public Duration takeRequest(FeedId caller) {
        return counted(callers.take(caller), refusedCallers);
    }

    /** Takes a token for the read of one page of a feed; zero if there was one, else the time to wait. */
    public Duration takeFeedRead() {
        if (feedReads.isUnlimited()) {
            return Duration.ZERO;
        }
        while (true) {
            long state = readsState.get();
            TokenBucket.Taken taken = feedReads.take(state, elapsed.micros());
            if (readsState.compareAndSet(state, taken.state())) {
                return counted(Duration.ofNanos(taken.waitMicros() * 1_000), refusedReads);
            }
        }
    }

    /** The time to wait; if it is not zero, the request is counted as refused. */
    private static Duration counted(Duration wait, Counter refused) {
        if (!wait.isZero()) {
            refused.increment();
        }
        return wait;
    }

    /** How many callers have a bucket in memory. */
    long callersInMemory() {
        return callers.keys();
    }
}
