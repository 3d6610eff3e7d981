package io.bellwire.receiver;

import io.bellwire.device.DeviceCursor;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver knows of what it has applied: calls and changes, so that it applies none twice, and the position in its
 * partner's feed up to which it has everything. The newest {@value #KEYS_MAX} of each are known. Not thread-safe.
 */
final class ReceiverMemory {
    static final int KEYS_MAX = 100_000;

    private final String feed;
    private final Set<String> calls = new LinkedHashSet<>();
    private final Set<String> changes = new LinkedHashSet<>();
    private @Nullable DeviceCursor position;
    /** Cursors of applied changes after a gap, by their revisions; all of the epoch that came last. */
    private final TreeMap<Long, DeviceCursor> ahead = new TreeMap<>();

    /** @param feed the source of the changes that move the position; empty for none */
    ReceiverMemory(String feed) {
        this.feed = feed;
    }

    boolean hasCall(String callId) {
        return calls.contains(callId);
    }

    boolean hasChange(AppliedChange change) {
        return changes.contains(change.key());
    }

    /** The cursor up to which all changes were applied; empty at the beginning. */
    Optional<DeviceCursor> position() {
        return Optional.ofNullable(position);
    }

    /** Whether a change was applied while one before it is missing, at least from the calls. */
    boolean hasGap() {
        return !ahead.isEmpty();
    }

    void apply(AppliedWork work) {
        if (!work.callId().isEmpty()) {
            add(calls, work.callId());
        }
        for (AppliedChange change : work.changes()) {
            add(changes, change.key());
            if (change.source().equals(feed)) {
                DeviceCursor.parse(change.id()).ifPresent(this::moveOver);
            }
        }
        if (work.cursor() != null) {
            position = DeviceCursor.parse(work.cursor()).orElse(null);
            closeGap();
        }
    }

    /** Forgets what was applied, but not the position. */
    void forget() {
        calls.clear();
        changes.clear();
    }

    private void moveOver(DeviceCursor applied) {
        if (!ahead.isEmpty() && !ahead.firstEntry().getValue().epoch().equals(applied.epoch())) {
            ahead.clear();
        }
        ahead.put(applied.revision(), applied);
        closeGap();
    }

    private void closeGap() {
        while (!ahead.isEmpty()) {
            DeviceCursor first = ahead.firstEntry().getValue();
            boolean isSameEpoch = position == null || position.epoch().equals(first.epoch());
            long revision = position == null ? 0 : position.revision();
            if (!isSameEpoch || first.revision() > revision + 1) {
                return;
            }
            if (first.revision() == revision + 1) {
                position = first;
            }
            ahead.pollFirstEntry();
        }
    }

    private static void add(Set<String> known, String key) {
        known.add(key);
        if (known.size() > KEYS_MAX) {
            Iterator<String> oldest = known.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
