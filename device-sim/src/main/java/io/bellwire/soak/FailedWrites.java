package io.bellwire.soak;

import io.bellwire.fleet.FailedAttempts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Records the writes that should not have failed. A failure is excused if the write was under way while the server was
 * killed or restarted, or within {@value #GRACE_SECONDS} s after it was ready again. Thread-safe.
 */
final class FailedWrites implements FailedAttempts {
    private static final int GRACE_SECONDS = 5;
    private static final long STILL_AWAY = Long.MAX_VALUE;
    private static final int FAILURES_KEPT_MAX = 100;

    private final LongSupplier nanos;
    private final long originNanos;
    private final List<Outage> outages = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long failuresNotKept;
    private long excused;

    private record Outage(long fromNanos, long untilNanos) {}

    private record Failure(String what, long atNanos) {}

    FailedWrites(LongSupplier nanos) {
        this.nanos = nanos;
        this.originNanos = nanos.getAsLong();
    }

    /** The server is about to be killed or restarted. */
    synchronized void outageBegins() {
        outages.add(new Outage(now(), STILL_AWAY));
    }

    /** The server is ready again. */
    synchronized void outageEnds() {
        Outage last = outages.remove(outages.size() - 1);
        outages.add(new Outage(last.fromNanos(), now() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS)));
    }

    /** The server is gone for good; it has ended at most so many milliseconds ago. */
    synchronized void outageBeganWithin(int millis) {
        long since = now() - TimeUnit.MILLISECONDS.toNanos(millis);
        outages.add(new Outage(since, STILL_AWAY));
        failures.removeIf(failure -> failure.atNanos() >= since);
    }

    @Override
    public synchronized void failed(String request, long fromNanos, long toNanos, String why) {
        if (request.startsWith("GET ")) {
            return;
        }
        long from = fromNanos - originNanos;
        long to = toNanos - originNanos;
        if (outages.stream().anyMatch(outage -> from <= outage.untilNanos() && to >= outage.fromNanos())) {
            excused++;
            return;
        }
        if (failures.size() < FAILURES_KEPT_MAX) {
            failures.add(new Failure(request + " after " + TimeUnit.NANOSECONDS.toSeconds(to) + " s: " + why, to));
        } else {
            failuresNotKept++;
        }
    }

    private long now() {
        return nanos.getAsLong() - originNanos;
    }

    /** How many writes have failed without an excuse. */
    synchronized long failures() {
        return failures.size() + failuresNotKept;
    }

    /** The first {@value #FAILURES_KEPT_MAX} of these. */
    synchronized List<String> failed() {
        return failures.stream().map(Failure::what).toList();
    }

    synchronized long excused() {
        return excused;
    }
}
