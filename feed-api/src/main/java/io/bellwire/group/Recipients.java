package io.bellwire.group;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.WriteBatch;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The recipients of an event: feeds, and groups with their members. Each feed gets the event once, even if it is named
 * more than once. Immutable but for its feeds.
 */
public record Recipients(List<Feed> feeds, List<TargetGroup> targetGroups) {
    /** Memory of an entry in a waiting write. */
    private static final int ENTRY_BYTES = 64;

    /**
     * Groups without a count of members come last: the members of the others are the same whenever they are looked up.
     */
    private static final Comparator<TargetGroup> ORDER =
            Comparator.comparing(targetGroup -> targetGroup.group().id().equals(FeedId.ALL_DEVICES));

    public Recipients {
        feeds = List.copyOf(feeds);
        targetGroups = targetGroups.size() < 2
                ? List.copyOf(targetGroups)
                : targetGroups.stream().sorted(ORDER).toList();
    }

    /** Recipients without groups, as nearly all events have them. */
    public static Recipients of(List<Feed> feeds) {
        return new Recipients(feeds, List.of());
    }

    /** Adds what a write to these recipients needs: the feeds that it may append to, and the states of the groups. */
    public void declareNeeds(BatchNeeds needs) {
        needs.feeds(feeds);
        for (TargetGroup targetGroup : targetGroups) {
            needs.feed(targetGroup.group());
            targetGroup.members().ifPresent(needs::feeds);
            GroupMembers.declareState(needs, targetGroup.group());
        }
    }

    /**
     * Appends one event for these recipients, whose needs the write must have declared: to their feeds and, in the same
     * transaction, to the feeds of all members of their groups. If the members are too many, or earlier events are
     * still on their way to them, the background writes it to them.
     *
     * @param subject the id of what the event is about; null for none
     */
    public Event append(WriteBatch batch, RenderedEvent rendered, @Nullable UUID subject) {
        return targetGroups.isEmpty()
                ? batch.append(rendered, subject, feeds)
                : new GroupMembers(batch).append(rendered, subject, this);
    }

    /** About how many bytes the entries of one event take in a waiting write. */
    public int bytes() {
        int entries = 0;
        for (TargetGroup targetGroup : targetGroups) {
            entries += 1 + targetGroup.members().map(List::size).orElse(0);
        }
        return entries * ENTRY_BYTES;
    }
}
