package io.bellwire.log;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom an event is for: feeds, and groups with their members. Each feed gets it once, however often it is meant. Immutable
 * but for its feeds.
 */
public record Recipients(List<Feed> feeds, List<TargetGroup> audiences) {
    /** What an entry costs a waiting write in memory. */
    private static final int ENTRY_BYTES = 64;

    /** Those whose members are not counted come last: who is among the others is sure, whenever it is looked up. */
    private static final Comparator<TargetGroup> ORDER =
            Comparator.comparing(audience -> audience.group().id().equals(FeedId.ALL_DEVICES));

    public Recipients {
        feeds = List.copyOf(feeds);
        audiences = audiences.size() < 2
                ? List.copyOf(audiences)
                : audiences.stream().sorted(ORDER).toList();
    }

    /** No groups, as with almost every event. */
    public static Recipients of(List<Feed> feeds) {
        return new Recipients(feeds, List.of());
    }

    /** Every feed that a write of this may append to. */
    public Set<Feed> allFeeds() {
        Set<Feed> all = new LinkedHashSet<>(feeds);
        for (TargetGroup audience : audiences) {
            all.add(audience.group());
            audience.members().ifPresent(all::addAll);
        }
        return all;
    }

    /** What a write of this must know about its groups. */
    public GroupMembers.Needs needs() {
        if (audiences.isEmpty()) {
            return GroupMembers.Needs.NONE;
        }
        Set<Feed> groups = new HashSet<>();
        audiences.forEach(audience -> groups.add(audience.group()));
        return new GroupMembers.Needs(groups, Set.of(), Set.of());
    }

    /** About how many bytes the places of one event take while it waits to be written. */
    public int bytes() {
        int entries = 0;
        for (TargetGroup audience : audiences) {
            entries += 1 + audience.members().map(List::size).orElse(0);
        }
        return entries * ENTRY_BYTES;
    }
}
