package io.bellwire.delivery;

import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a feed and its reader stand, and some consecutive changes of the feed. Immutable.
 *
 * @param head the cursor of the newest change
 * @param read the highest revision that a feed answer to the partner has carried
 * @param processed the highest revision that the partner has acknowledged
 * @param earliest the revision before the oldest change that is kept
 * @param changes the changes after the revision that was asked for; if retention has removed the first of them, those
 *     after {@code earliest}
 */
public record FeedSlice(Cursor head, Revision read, Revision processed, Revision earliest, List<Change> changes) {
    public FeedSlice {
        changes = List.copyOf(changes);
    }

    /** The same without changes after {@code last}. */
    FeedSlice upTo(Revision last) {
        boolean isBeyond =
                !changes.isEmpty() && changes.get(changes.size() - 1).revision().isAfter(last);
        return isBeyond
                ? new FeedSlice(
                        head,
                        read,
                        processed,
                        earliest,
                        changes.stream()
                                .filter(change -> !change.revision().isAfter(last))
                                .toList())
                : this;
    }

    /** Whether the changes have the one with this revision. */
    boolean hasFrom(Revision revision) {
        return !changes.isEmpty()
                && !revision.isBefore(changes.get(0).revision())
                && !revision.isAfter(changes.get(changes.size() - 1).revision());
    }

    /** The changes from {@code revision} on, which must be here. */
    List<Change> from(Revision revision) {
        return changes.subList((int) revision.minus(changes.get(0).revision()), changes.size());
    }

    /** The changes from {@code first}, which must be here, to {@code last}; null if they are not all here. */
    @Nullable List<Change> between(Revision first, Revision last) {
        return hasFrom(last) ? from(first).subList(0, (int) last.minus(first) + 1) : null;
    }
}
