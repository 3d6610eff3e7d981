package io.bellwire.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Alerts that wait to be sent, to be tried again, or for the server to be reachable again. Pure: the time is handed in.
 * Not thread-safe.
 */
final class AlertQueue {
    private final int sizeMax;
    private final List<Duration> pauses;
    private final RecipientLimits limits;
    private final List<QueuedAlert> waiting = new ArrayList<>();
    private int unreachableInRow;
    private long notBeforeMillis;

    /** What became of an alert that was added. */
    enum Added {
        QUEUED,
        /** It waits, and another one was dropped for it. */
        QUEUED_FOR_ANOTHER,
        /** The recipient has got as many as it may have; it will get a summary. */
        HELD_BACK
    }

    /**
     * @param pauses after each failed attempt; after one more, an alert is dropped
     */
    AlertQueue(int sizeMax, List<Duration> pauses, RecipientLimits limits) {
        this.sizeMax = sizeMax;
        this.pauses = List.copyOf(pauses);
        this.limits = limits;
    }

    /**
     * @param nowMillis of a clock that does not jump, here and below
     * @param wallMillis milliseconds since 1970
     */
    Added add(String recipient, Alert alert, long nowMillis, long wallMillis) {
        if (limits.take(recipient, nowMillis)) {
            return put(new QueuedAlert(recipient, Optional.of(alert), 0, nowMillis, wallMillis));
        }
        if (limits.holdBack(recipient, alert)) {
            put(new QueuedAlert(recipient, Optional.empty(), 0, limits.nextMillis(recipient), wallMillis));
        }
        return Added.HELD_BACK;
    }

    private Added put(QueuedAlert added) {
        boolean isFull = waiting.size() >= sizeMax;
        if (isFull) {
            dropOne();
        }
        waiting.add(added);
        return isFull ? Added.QUEUED_FOR_ANOTHER : Added.QUEUED;
    }

    /** Drops the oldest alert of the key that has the most, so that what happens often hides nothing else. */
    private void dropOne() {
        Map<String, Integer> counts = new HashMap<>();
        waiting.forEach(alert -> counts.merge(alert.key(), 1, Integer::sum));
        String most = counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        QueuedAlert dropped = waiting.stream()
                .filter(alert -> alert.key().equals(most))
                .findFirst()
                .orElseThrow();
        waiting.remove(dropped);
        if (dropped.alert().isEmpty()) {
            Alert unused = limits.summary(dropped.recipient()); // the next one held back begins another summary
        }
    }

    /** Takes out the first alert that is due; empty if none is. */
    Optional<QueuedAlert> take(long nowMillis) {
        if (nowMillis < notBeforeMillis) {
            return Optional.empty();
        }
        for (QueuedAlert alert : waiting) {
            if (alert.dueMillis() <= nowMillis) {
                waiting.remove(alert);
                if (alert.alert().isPresent()) {
                    return Optional.of(alert);
                }
                boolean unused = limits.take(alert.recipient(), nowMillis);
                return Optional.of(alert.with(limits.summary(alert.recipient())));
            }
        }
        return Optional.empty();
    }

    /** When {@link #take} returns something at the earliest; empty if nothing waits. */
    Optional<Long> nextMillis() {
        return waiting.stream()
                .map(QueuedAlert::dueMillis)
                .min(Comparator.naturalOrder())
                .map(due -> Math.max(due, notBeforeMillis));
    }

    /** The server has taken an alert. */
    void sent() {
        unreachableInRow = 0;
        notBeforeMillis = 0;
    }

    /** An alert was not sent. True if it will be tried again, false if it is dropped. */
    boolean failed(QueuedAlert alert, AlertFailure.Kind kind, long nowMillis) {
        if (kind == AlertFailure.Kind.UNREACHABLE) {
            int pause = Math.min(unreachableInRow, pauses.size() - 1);
            unreachableInRow++;
            notBeforeMillis = nowMillis + pauses.get(pause).toMillis();
        } else {
            sent(); // it has answered
        }
        if (kind == AlertFailure.Kind.REFUSED || alert.attempts() >= pauses.size()) {
            return false;
        }
        put(alert.triedAndDueAt(nowMillis + pauses.get(alert.attempts()).toMillis()));
        return true;
    }

    int size() {
        return waiting.size();
    }
}
