package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signal that has arrived: the feed has grown to {@code revision}. Signals may get lost, arrive twice or arrive late.
 * A signal may list the newest changes, or carry them: these are consecutive and end at {@code revision}. Immutable.
 *
 * @param epoch the identity of the feed
 * @param revision the feed's head when the signal was sent; 0 if the feed was empty
 * @param spreadMillis a fetch for this signal is to be made at a random moment within so many milliseconds, at
 *     most {@value #SPREAD_MILLIS_MAX}; 0 at once
 * @param events the changes that the signal lists; empty unless its tier is {@link SignalTier#EVENT}
 * @param changes the changes that the signal carries; empty unless its tier is {@link SignalTier#FULL}
 * @param from the cursor before the first of {@code changes}; null if there are none
 * @param reducedFrom the tier that the routes ask for, if that message would have been too long; else null
 */
public record ReceivedSignal(
        String epoch,
        long revision,
        long spreadMillis,
        List<ListedChange> events,
        List<FeedChange> changes,
        @Nullable DeviceCursor from,
        @Nullable SignalTier reducedFrom) {
    /** No server asks for a longer spread; a device that obeyed one of years would never fetch again. */
    static final long SPREAD_MILLIS_MAX = 600_000;

    public ReceivedSignal {
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
        if (spreadMillis < 0) {
            throw new IllegalArgumentException("spreadMillis must not be negative, is " + spreadMillis);
        }
        if (!events.isEmpty() && !changes.isEmpty()) {
            throw new IllegalArgumentException("a signal must not list events and carry changes, has " + events.size()
                    + " events and " + changes.size() + " changes");
        }
        if (changes.isEmpty() != (from == null)) {
            throw new IllegalArgumentException("from must be there with changes and only then, is " + from + " with "
                    + changes.size() + " changes");
        }
        spreadMillis = Math.min(SPREAD_MILLIS_MAX, spreadMillis);
        events = List.copyOf(events);
        changes = List.copyOf(changes);
        List<DeviceCursor> cursors = new ArrayList<>();
        events.forEach(event -> cursors.add(event.cursor()));
        changes.forEach(change -> cursors.add(change.cursor()));
        long expected = revision - cursors.size();
        if (from != null && (!from.epoch().equals(epoch) || from.revision() != expected)) {
            throw new IllegalArgumentException("from must be " + epoch + "." + expected + ", is " + from);
        }
        for (DeviceCursor cursor : cursors) {
            expected++;
            if (!cursor.epoch().equals(epoch) || cursor.revision() != expected) {
                throw new IllegalArgumentException("changes must be consecutive and end at " + revision + ": expected "
                        + epoch + "." + expected + ", found " + cursor);
            }
        }
    }

    /** A signal of the tier {@link SignalTier#SIGNAL}, without a spread. */
    public ReceivedSignal(String epoch, long revision) {
        this(epoch, revision, 0, List.of(), List.of(), null, null);
    }

    public SignalTier tier() {
        if (!changes.isEmpty()) {
            return SignalTier.FULL;
        }
        return events.isEmpty() ? SignalTier.SIGNAL : SignalTier.EVENT;
    }

    /** The revision before the first change that is listed or carried; {@link #revision} if there are none. */
    public long after() {
        return revision - events.size() - changes.size();
    }

    /**
     * Whether the carried changes continue exactly at {@code cursor}, so that a device there need not fetch. Equal
     * epoch and revision are not enough: the chains must be equal too, or the server has lost changes that the device
     * has.
     */
    public boolean continues(@Nullable DeviceCursor cursor) {
        return cursor != null && cursor.revision() < revision && contains(cursor);
    }

    private boolean contains(DeviceCursor cursor) {
        return cursor.equals(from)
                || changes.stream().anyMatch(change -> change.cursor().equals(cursor));
    }

    /** The carried changes after {@code cursor}. Throws unless this {@link #continues} it. */
    public List<FeedChange> changesAfter(DeviceCursor cursor) {
        if (!continues(cursor)) {
            throw new IllegalArgumentException("changes after " + after() + " do not continue " + cursor);
        }
        return changes.subList((int) (cursor.revision() - after()), changes.size());
    }
}
