package io.bellwire.factor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;

/**
 * Limits wrong codes: after 5 in a row, an account waits 30 s before the next one, and after each further wrong one
 * twice as long, up to 15 min. An attempt counts as wrong from its beginning until it has passed, so that many attempts
 * at once are no more than one after the other. Forgotten by a restart. Thread-safe.
 */
final class CodeAttempts {
    static final int IN_A_ROW_MAX = 5;
    static final Duration WAIT_FIRST = Duration.ofSeconds(30);
    static final Duration WAIT_MAX = Duration.ofMinutes(15);
    /** An account without attempts is forgotten after this time, which is longer than any wait. */
    static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    /** About 150 bytes each. Beyond this bound, what was not used for longest is forgotten. */
    static final int ACCOUNTS_MAX = 10_000;

    private static final int DOUBLINGS_MAX = 5;

    private final Stopwatch elapsed;
    private final Cache<FeedId, Failures> failed;

    CodeAttempts(Stopwatch elapsed) {
        this.elapsed = elapsed;
        this.failed = Caffeine.newBuilder()
                .maximumSize(ACCOUNTS_MAX)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
    }

    private record Failures(int count, long waitUntilNanos) {}

    /** Begins an attempt, and returns zero; or returns how long the account has to wait before one. */
    Duration begin(FeedId account) {
        long now = elapsed.nanos();
        long[] wait = new long[1];
        failed.asMap().compute(account, (same, known) -> {
            if (known == null) {
                return new Failures(1, now);
            }
            wait[0] = known.waitUntilNanos - now;
            if (wait[0] > 0) {
                return known;
            }
            int count = known.count + 1;
            return new Failures(
                    count, count < IN_A_ROW_MAX ? now : now + waitAfter(count).toNanos());
        });
        return Duration.ofNanos(Math.max(0, wait[0]));
    }

    private static Duration waitAfter(int count) {
        Duration wait = WAIT_FIRST.multipliedBy(1L << Math.min(count - IN_A_ROW_MAX, DOUBLINGS_MAX));
        return wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX;
    }

    /** The code of the attempt was right. */
    void passed(FeedId account) {
        failed.invalidate(account);
    }
}
