package io.bellwire.delivery;

import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.EndpointId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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
        private final ArrayDeque<Remembered> received = new ArrayDeque<>(2);
        private final ArrayDeque<Remembered> failed = new ArrayDeque<>(2);
        private long numbers;
        private long latestNanos;

        int size() {
            return received.size() + failed.size();
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
        ArrayDeque<Remembered> ring = attempt.isReceived() ? one.received : one.failed;
        ring.add(new Remembered(attempt, nowNanos));
        size++;
        if (ring.size() > limits.perEndpoint() / 2) {
            ring.remove();
            size--;
        }
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
            size -= one.size();
            oldest.remove();
        }
    }

    private boolean isOld(long atNanos, long nowNanos) {
        return nowNanos - atNanos > limits.kept().toNanos();
    }

    /** The endpoint was deleted. */
    synchronized void remove(EndpointId id) {
        AttemptsOfOne removed = endpoints.remove(id);
        size -= removed == null ? 0 : removed.size();
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
        List<Remembered> all = new ArrayList<>(one.received);
        all.addAll(one.failed);
        return all.stream()
                .filter(kept -> kept.attempt().number() < before && !isOld(kept.atNanos(), nowNanos))
                .map(Remembered::attempt)
                .sorted(Comparator.comparingLong(CallAttempt::number).reversed())
                .limit(limit)
                .toList();
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
