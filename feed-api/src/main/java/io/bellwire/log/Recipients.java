package io.bellwire.log;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

    /** Every feed that a write to these recipients may append to. */
    public Set<Feed> allFeeds() {
        Set<Feed> all = new LinkedHashSet<>(feeds);
        for (TargetGroup targetGroup : targetGroups) {
            all.add(targetGroup.group());
            targetGroup.members().ifPresent(all::addAll);
        }
        return all;
    }

    /** What a write to these recipients must know about its groups. */
    public GroupMembers.Needs needs() {
        if (targetGroups.isEmpty()) {
            return GroupMembers.Needs.NONE;
        }
        Set<Feed> groups = new HashSet<>();
        targetGroups.forEach(targetGroup -> groups.add(targetGroup.group()));
        return new GroupMembers.Needs(groups, Set.of(), Set.of());
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
