package io.bellwire.delivery;

import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.EndpointId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The latest attempts of calls, in memory: about 200 bytes each, and up to 200 characters of what a failure was
 * answered. An endpoint costs nothing before its first call. Thread-safe.
 */
public final class RecentAttempts {
    private final AttemptLimits limits;
    /** The endpoint that was called longest ago comes first. */
    private final Map<EndpointId, AttemptsOfOne> endpoints = new LinkedHashMap<>();

    private int size;

    private record Remembered(CallAttempt attempt, long atNanos) {}

    private static final class AttemptsOfOne {
        /** Newest last. */
        private final ArrayDeque<Remembered> attempts = new ArrayDeque<>(2);

        private int failed;
        private long numbers;
        private long latestNanos;

        void add(CallAttempt attempt, long nowNanos) {
            attempts.add(new Remembered(attempt, nowNanos));
            failed += attempt.isReceived() ? 0 : 1;
        }

        /** Forgets the oldest one of those that were received, or of those that failed, if they are too many. */
        boolean trim(boolean isReceived, int max) {
            if ((isReceived ? attempts.size() - failed : failed) <= max) {
                return false;
            }
            Iterator<Remembered> oldest = attempts.iterator();
            while (oldest.hasNext()) {
                if (oldest.next().attempt().isReceived() == isReceived) {
                    oldest.remove();
                    failed -= isReceived ? 0 : 1;
                    return true;
                }
            }
            return false;
        }
    }

    public RecentAttempts(AttemptLimits limits) {
        this.limits = limits;
    }

    /** An attempt has ended. */
    synchronized void add(EndpointId id, CallMade call, CallResult result, long nowNanos) {
        AttemptsOfOne known = endpoints.remove(id);
        AttemptsOfOne one = known == null ? new AttemptsOfOne() : known;
        endpoints.put(id, one); // at the end now
        one.numbers++;
        one.latestNanos = nowNanos;
        CallAttempt attempt = call.ended(one.numbers, result, false);
        one.add(attempt, nowNanos);
        size += one.trim(attempt.isReceived(), limits.perEndpoint() / 2) ? 0 : 1;
        removeOldest(nowNanos);
    }

    /** Those of the endpoints called longest ago: what is too much, and what is too old. */
    private void removeOldest(long nowNanos) {
        Iterator<AttemptsOfOne> oldest = endpoints.values().iterator();
        while (oldest.hasNext()) {
            AttemptsOfOne one = oldest.next();
            if (size <= limits.inAll() && !isOld(one.latestNanos, nowNanos)) {
                break;
            }
            size -= one.attempts.size();
            oldest.remove();
        }
    }

    private boolean isOld(long atNanos, long nowNanos) {
        return nowNanos - atNanos > limits.kept().toNanos();
    }

    /** The endpoint was deleted. */
    synchronized void remove(EndpointId id) {
        AttemptsOfOne removed = endpoints.remove(id);
        size -= removed == null ? 0 : removed.attempts.size();
    }

    /**
     * The latest attempts of the endpoint, newest first.
     *
     * @param before only attempts with lower numbers
     */
    synchronized List<CallAttempt> page(EndpointId id, int limit, long before, long nowNanos) {
        AttemptsOfOne one = endpoints.get(id);
        if (one == null) {
            return List.of();
        }
        List<CallAttempt> page = new ArrayList<>();
        Iterator<Remembered> newest = one.attempts.descendingIterator();
        while (newest.hasNext() && page.size() < limit) {
            Remembered kept = newest.next();
            if (kept.attempt().number() < before && !isOld(kept.atNanos(), nowNanos)) {
                page.add(kept.attempt());
            }
        }
        return page;
    }

    /** The latest attempt with this header {@code webhook-id}. */
    Optional<CallAttempt> find(EndpointId id, String webhookId, long nowNanos) {
        return page(id, Integer.MAX_VALUE, Long.MAX_VALUE, nowNanos).stream()
                .filter(attempt -> attempt.webhookId().equals(webhookId))
                .findFirst();
    }

    /** How many attempts are remembered. */
    synchronized int size() {
        return size;
    }
}
