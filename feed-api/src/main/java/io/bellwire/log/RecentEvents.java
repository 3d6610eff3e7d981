package io.bellwire.log;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The newest changes of all feeds together, kept in memory up to a limit in bytes. Used by the writer's thread. */
final class RecentEvents {
    /** Memory of an entry besides its event. */
    private static final int ENTRY_BYTES = 64;

    private final long bytesMax;
    private final ArrayDeque<WriteBatch.Entry> entries = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();

    RecentEvents(long bytesMax, MeterRegistry meters) {
        this.bytesMax = bytesMax;
        Gauge.builder("bellwire.log.recent", bytes, AtomicLong::get)
                .description("Memory taken by recent changes")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Adds durable changes to their feeds, and removes the oldest ones from memory if there are too many. */
    void publish(List<WriteBatch.Entry> durable) {
        // an event that reaches its feeds in several batches is in memory once, and is counted once
        WriteBatch.Entry newest = entries.peekLast();
        long lastSeq = newest == null ? 0 : newest.event().eventNumber().value();
        for (WriteBatch.Entry entry : durable) {
            entry.feed().publish(entry.change());
            entries.add(entry);
            bytes.addAndGet(bytesOf(entry, entry.event().eventNumber().value() != lastSeq));
            lastSeq = entry.event().eventNumber().value();
        }
        while (bytes.get() > bytesMax && !entries.isEmpty()) {
            evictOldest();
        }
    }

    private void evictOldest() {
        WriteBatch.Entry oldest = entries.remove();
        oldest.feed().evict(oldest.event());
        WriteBatch.Entry next = entries.peek();
        boolean isLastOfEvent = next == null
                || !next.event().eventNumber().equals(oldest.event().eventNumber());
        bytes.addAndGet(-bytesOf(oldest, isLastOfEvent));
    }

    private static long bytesOf(WriteBatch.Entry entry, boolean withEvent) {
        return withEvent ? ENTRY_BYTES + entry.event().json().length() : ENTRY_BYTES;
    }
}
