package io.bellwire.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;

/**
 * A {@link TokenBucket} for each key. A bucket is dropped when it has had the time to fill, since an unknown key begins
 * with a full bucket. If there are too many keys at once, those that have not asked for longest begin with a full
 * bucket as well. Thread-safe.
 *
 * @param <K> what the rate is limited by; about 100 bytes for each key in memory
 */
public final class RateByKey<K> {
    private static final Duration KEPT_MIN = Duration.ofSeconds(1);
    private static final long NANOS_PER_MICRO = 1_000;

    private final TokenBucket bucket;
    private final Stopwatch elapsed;
    private final Cache<K, Long> states;

    /** @param keysMax how many buckets are kept */
    public RateByKey(TokenBucket bucket, int keysMax, Stopwatch elapsed) {
        this.bucket = bucket;
        this.elapsed = elapsed;
        Duration full = Duration.ofNanos(bucket.fullAfterMicros() * NANOS_PER_MICRO);
        this.states = Caffeine.newBuilder()
                .maximumSize(keysMax)
                .expireAfterWrite(full.compareTo(KEPT_MIN) < 0 ? KEPT_MIN : full)
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Takes a token; zero if there was one, else the time until there is one. */
    public Duration take(K key) {
        if (bucket.isUnlimited()) {
            return Duration.ZERO;
        }
        long[] waitMicros = new long[1];
        states.asMap().compute(key, (same, state) -> {
            TokenBucket.Taken taken = bucket.take(state == null ? 0 : state, elapsed.micros());
            waitMicros[0] = taken.waitMicros();
            return taken.state();
        });
        return Duration.ofNanos(waitMicros[0] * NANOS_PER_MICRO);
    }

    /** What {@link #take} would return; takes nothing. */
    public Duration waitOf(K key) {
        Long state = bucket.isUnlimited() ? null : states.getIfPresent(key);
        return state == null
                ? Duration.ZERO
                : Duration.ofNanos(bucket.take(state, elapsed.micros()).waitMicros() * NANOS_PER_MICRO);
    }

    /** How many keys have a bucket in memory. */
    public long keys() {
        states.cleanUp();
        return states.estimatedSize();
    }
}
