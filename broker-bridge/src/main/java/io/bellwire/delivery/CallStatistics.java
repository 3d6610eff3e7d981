package io.bellwire.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The attempts of one endpoint within the last hour, exact to five minutes, and how long the latest of them took. About 300
 * bytes; made at the first call. Not thread-safe.
 */
final class CallStatistics {
    private static final int SLOTS = 12;
    private static final int SLOT_MINUTES = 5;
    private static final int BUCKETS = 32;
    /** When there are so many, the older ones count half. */
    private static final int RECENT_MAX = 1_000;
    /** Bucket n ends at 2^(n/2) times this, so that the last one ends above a minute. */
    private static final double FIRST_BUCKET_MICROS = 1_000;

    private final int[] attempts = new int[SLOTS];
    private final int[] failures = new int[SLOTS];
    private final int[] latencies = new int[BUCKETS];
    private int recent;
    /** Of the latest attempt or look: so many times five minutes. */
    private long latest;

    void record(boolean isReceived, Duration elapsed, long nowNanos) {
        moveTo(nowNanos);
        int slot = (int) (latest % SLOTS);
        attempts[slot]++;
        failures[slot] += isReceived ? 0 : 1;
        latencies[bucket(elapsed)]++;
        recent++;
        if (recent >= RECENT_MAX) {
            recent = 0;
            for (int i = 0; i < BUCKETS; i++) {
                latencies[i] /= 2;
                recent += latencies[i];
            }
        }
    }

    /** Attempts within the last hour. */
    int attempts(long nowNanos) {
        moveTo(nowNanos);
        return sum(attempts);
    }

    /** Those of them that failed. */
    int failures(long nowNanos) {
        moveTo(nowNanos);
        return sum(failures);
    }

    /** The time within which this part of the latest attempts ended, rounded up; zero if there was none. */
    Duration percentile(double part) {
        long wanted = (long) Math.ceil(part * recent);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += latencies[i];
            if (seen >= wanted && seen > 0) {
                return Duration.ofNanos((long) (endMicros(i) * TimeUnit.MICROSECONDS.toNanos(1)));
            }
        }
        return Duration.ZERO;
    }

    private static int bucket(Duration elapsed) {
        double micros = elapsed.toNanos() / (double) TimeUnit.MICROSECONDS.toNanos(1);
        int bucket = 0;
        while (bucket < BUCKETS - 1 && micros > endMicros(bucket)) {
            bucket++;
        }
        return bucket;
    }

    private static double endMicros(int bucket) {
        return FIRST_BUCKET_MICROS * Math.pow(2, bucket / 2.0);
    }

    /** Forgets the slots that are an hour ago. */
    private void moveTo(long nowNanos) {
        long now = TimeUnit.NANOSECONDS.toMinutes(nowNanos) / SLOT_MINUTES;
        for (long passed = Math.max(latest + 1, now - SLOTS + 1); passed <= now; passed++) {
            attempts[(int) (passed % SLOTS)] = 0;
            failures[(int) (passed % SLOTS)] = 0;
        }
        latest = Math.max(latest, now);
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
