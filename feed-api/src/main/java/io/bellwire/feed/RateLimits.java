package io.bellwire.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.FeedId;
import io.bellwire.log.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often a device or partner may ask, and how often feeds may be read by all together. Thread-safe. A caller that has
 * not asked for as long as its bucket takes to fill is forgotten, as a full bucket is what an unknown caller starts with.
 */
public final class RateLimits {
    /** About 100 bytes each. With more callers than this at once, the ones longest silent start anew. */
    private static final int CALLERS_MAX = 200_000;

    private static final Duration KEPT_MIN = Duration.ofSeconds(1);

    private final TokenBucket perCaller;
    private final TokenBucket feedReads;
    private final Stopwatch elapsed;
    private final Cache<FeedId, Long> callers;
    private final AtomicLong reads = new AtomicLong();
    private final Counter refusedCallers;
    private final Counter refusedReads;

    /**
     * @param perCaller for each device and partner
     * @param feedReads for all pages of feeds together
     */
    public RateLimits(TokenBucket perCaller, TokenBucket feedReads, Stopwatch elapsed, MeterRegistry meters) {
        this.perCaller = perCaller;
        this.feedReads = feedReads;
        this.elapsed = elapsed;
        Duration full = Duration.ofNanos(perCaller.fullAfterMicros() * 1_000);
        this.callers = Caffeine.newBuilder()
                .maximumSize(CALLERS_MAX)
                .expireAfterWrite(full.compareTo(KEPT_MIN) < 0 ? KEPT_MIN : full)
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
        this.refusedCallers = refused(meters, "caller");
        this.refusedReads = refused(meters, "feed-reads");
        Gauge.builder("bellwire.rate.callers", this, RateLimits::remembered)
                .description("Devices and partners that have asked lately")
                .register(meters);
    }

    private static Counter refused(MeterRegistry meters, String limit) {
        return Counter.builder("bellwire.rate.refused")
                .description("Requests that came too often and were refused")
                .tag("limit", limit)
                .register(meters);
    }

    /** Takes one request of this caller into account; zero if it may be done, else how long to wait before the next. */
    public Duration request(FeedId caller) {
        if (perCaller.isUnlimited()) {
            return Duration.ZERO;
        }
        long[] wait = new long[1];
        callers.asMap().compute(caller, (id, there) -> {
            TokenBucket.Taken taken = perCaller.take(there == null ? 0 : there, elapsed.micros());
            wait[0] = taken.waitMicros();
            return taken.state();
        });
        return answer(wait[0], refusedCallers);
    }

    /** Takes one page of a feed into account; zero if it may be read, else how long to wait. */
    public Duration feedRead() {
        if (feedReads.isUnlimited()) {
            return Duration.ZERO;
        }
        while (true) {
            long there = reads.get();
            TokenBucket.Taken taken = feedReads.take(there, elapsed.micros());
            if (reads.compareAndSet(there, taken.state())) {
                return answer(taken.waitMicros(), refusedReads);
            }
        }
    }

    private static Duration answer(long waitMicros, Counter refused) {
        if (waitMicros > 0) {
            refused.increment();
        }
        return Duration.ofNanos(waitMicros * 1_000);
    }

    /** How many callers are kept in memory. */
    long remembered() {
        callers.cleanUp();
        return callers.estimatedSize();
    }
}
