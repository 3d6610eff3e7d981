package io.bellwire.receiver;

import io.bellwire.device.DeviceCursor;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver knows of what it has applied: the changes, so that it applies none twice, and the position in its
 * partner's feed up to which it has everything. The newest {@value #KEYS_MAX} changes are known. Calls are not: after a
 * restart of the server, a batch with the same id may have one change more. Not thread-safe.
 */
final class ReceiverMemory {
    static final int KEYS_MAX = 100_000;

    private final String feed;
    private final Set<String> changes = new LinkedHashSet<>();
    private @Nullable DeviceCursor position;
    /** Cursors of applied changes after a gap, by their revisions; all of the epoch that came last. */
    private final TreeMap<Long, DeviceCursor> ahead = new TreeMap<>();

    /** @param feed the source of the changes that move the position; empty for none */
    ReceiverMemory(String feed) {
        this.feed = feed;
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
        for (AppliedChange change : work.changes()) {
            add(change.key());
            if (change.source().equals(feed)) {
                DeviceCursor.parse(change.id()).ifPresent(this::moveOver);
            }
        }
        if (work.cursor() != null) {
            DeviceCursor.parse(work.cursor()).ifPresent(this::moveTo);
            closeGap();
        }
    }

    /** Forgets what was applied, but not the position. */
    void forget() {
        changes.clear();
    }

    /** Does not move back: calls may have brought more while a page was on its way. */
    private void moveTo(DeviceCursor read) {
        boolean isBehind =
                position != null && position.epoch().equals(read.epoch()) && position.revision() > read.revision();
        if (!isBehind) {
            position = read;
        }
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

    private void add(String key) {
        changes.add(key);
        if (changes.size() > KEYS_MAX) {
            Iterator<String> oldest = changes.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
