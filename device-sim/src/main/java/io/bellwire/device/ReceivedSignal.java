package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * "Your feed has moved": a hint that may be lost, repeated or late, and the changes themselves if the message brought
 * them. What is listed is consecutive and ends at {@code revision}. Immutable.
 *
 * @param epoch the feed that it speaks of
 * @param revision the feed's head when it was sent, 0 if the feed was empty
 * @param spreadMillis whoever polls because of this signal does so at a random moment within so many milliseconds; 0 at
 *     once
 * @param events what the message lists; empty unless it is of the event tier
 * @param changes what the message carries; empty unless it is of the full tier
 * @param from the cursor before the first of {@code changes}; null if there are none
 * @param reducedFrom the tier that the message would have had, if it had not been too long; else null
 */
public record ReceivedSignal(
        String epoch,
        long revision,
        long spreadMillis,
        List<ListedChange> events,
        List<FeedChange> changes,
        @Nullable DeviceCursor from,
        @Nullable SignalTier reducedFrom) {
    public ReceivedSignal {
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
        if (spreadMillis < 0) {
            throw new IllegalArgumentException("spreadMillis must not be negative, is " + spreadMillis);
        }
        if (!events.isEmpty() && !changes.isEmpty()) {
            throw new IllegalArgumentException("a signal lists events or carries changes, not both");
        }
        if (changes.isEmpty() != (from == null)) {
            throw new IllegalArgumentException("changes have a cursor before them, and nothing else has");
        }
        events = List.copyOf(events);
        changes = List.copyOf(changes);
        List<DeviceCursor> places = new ArrayList<>();
        events.forEach(event -> places.add(event.cursor()));
        changes.forEach(change -> places.add(change.cursor()));
        long next = revision - places.size();
        if (from != null && (!from.epoch().equals(epoch) || from.revision() != next)) {
            throw new IllegalArgumentException(
                    "what a signal carries begins after " + next + ", and not after " + from);
        }
        for (DeviceCursor place : places) {
            next++;
            if (!place.epoch().equals(epoch) || place.revision() != next) {
                throw new IllegalArgumentException(
                        "what a signal lists is consecutive and ends at " + revision + ", but there is " + place);
            }
        }
    }

    /** A signal that tells no more than that the feed has moved. */
    public ReceivedSignal(String epoch, long revision) {
        this(epoch, revision, 0, List.of(), List.of(), null, null);
    }

    public SignalTier tier() {
        if (!changes.isEmpty()) {
            return SignalTier.FULL;
        }
        return events.isEmpty() ? SignalTier.SIGNAL : SignalTier.EVENT;
    }

    /** The revision before the first that is listed or carried; the signal's own if none is. */
    public long after() {
        return revision - events.size() - changes.size();
    }

    /**
     * Whether what is carried goes on exactly where a reader at {@code cursor} has got to, so that it need not ask. That
     * epoch and revision fit is not enough: the cursors must be the same, or the server has lost what the reader has read.
     */
    public boolean continues(@Nullable DeviceCursor cursor) {
        return cursor != null && cursor.revision() < revision && has(cursor);
    }

    private boolean has(DeviceCursor cursor) {
        return cursor.equals(from)
                || changes.stream().anyMatch(change -> change.cursor().equals(cursor));
    }

    /** Those of the carried changes that a reader at {@code cursor} has not got; only if this {@link #continues} it. */
    public List<FeedChange> changesAfter(DeviceCursor cursor) {
        if (!continues(cursor)) {
            throw new IllegalArgumentException("changes after " + after() + " do not continue " + cursor);
        }
        return changes.subList((int) (cursor.revision() - after()), changes.size());
    }
}
