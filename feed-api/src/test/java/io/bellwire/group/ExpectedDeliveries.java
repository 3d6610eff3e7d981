package io.bellwire.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Change;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.store.DataStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The events that each member must have, computed only from the feeds of the groups: these hold the changes of
 * membership and the events in between. Used by one thread.
 */
final class ExpectedDeliveries {
    private static final Pattern MEMBERSHIP =
            Pattern.compile("\"type\":\"io\\.bellwire\\.group\\.member-(added|removed)\",\"subject\":\"([^\"]+)\"");

    private final DataStore store;
    /** The numbers of events by device and group, in the group's order. */
    private final Map<FeedId, Map<FeedId, List<EventNumber>>> expected = new HashMap<>();

    private int events;

    ExpectedDeliveries(DataStore store, Collection<FeedId> groups) {
        this.store = store;
        groups.forEach(this::collect);
    }

    private void collect(FeedId group) {
        Set<FeedId> members = new HashSet<>();
        for (Change change : changes(group)) {
            Matcher membership = MEMBERSHIP.matcher(change.event().json().toString());
            if (membership.find()) {
                FeedId device = new FeedId("devices/" + membership.group(2));
                assertTrue(
                        membership.group(1).equals("added") ? members.add(device) : members.remove(device),
                        device + " came or went twice");
                continue;
            }
            events++;
            for (FeedId member : members) {
                expected.computeIfAbsent(member, id -> new HashMap<>())
                        .computeIfAbsent(group, id -> new ArrayList<>())
                        .add(change.event().eventNumber());
            }
        }
    }

    private List<Change> changes(FeedId id) {
        List<Feed> feeds = store.feeds(List.of(id));
        return feeds.isEmpty()
                ? List.of()
                : store.read(feeds.get(0), Revision.NONE, feeds.get(0).head(), Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /** How many events the groups got. */
    int events() {
        return events;
    }

    /** Each of {@code devices} has each event of its groups once, in the order of each group, and nothing else. */
    void requireDelivered(Collection<FeedId> devices, String context) {
        for (FeedId device : devices) {
            List<EventNumber> delivered = changes(device).stream()
                    .map(change -> change.event().eventNumber())
                    .toList();
            Map<FeedId, List<EventNumber>> groups = expected.getOrDefault(device, Map.of());
            Set<EventNumber> all = new TreeSet<>();
            groups.values().forEach(all::addAll);
            assertEquals(all, new TreeSet<>(delivered), context + ": what " + device + " was told");
            assertEquals(all.size(), delivered.size(), context + ": " + device + " was told something twice");
            groups.forEach((group, order) -> assertEquals(
                    order,
                    delivered.stream().filter(new HashSet<>(order)::contains).toList(),
                    context + ": " + device + " and the order of " + group));
        }
    }
}
