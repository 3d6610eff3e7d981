package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bellwire.presence.LastSeen;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.presence.PresenceCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store keeps about devices that were last seen. */
interface LastSeenRules {
    LogStoreFixture fixture();

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    private static FeedId device(String name) {
        return new FeedId("devices/" + name);
    }

    private static LastSeen seen(String name, long atMillis, boolean isConnected) {
        return new LastSeen(device(name), atMillis, "MQTT", isConnected);
    }

    private WriteBatch save(LastSeen... lastSeen) {
        return fixture().write(Set.of(), group -> List.of(lastSeen)
                .forEach(device -> group.put(LastSeenStore.LAST_SEEN, device.id(), device)));
    }

    private void keep(PresenceCheckpoint presenceCheckpoint) {
        fixture().write(Set.of(), group -> group.put(LastSeenStore.CHECKPOINT, FeedId.OPERATIONS, presenceCheckpoint));
    }

    @Test
    default void lastSightingOfADeviceIsKept() {
        save(seen("grill", 1, true), seen("fryer", 2, true));
        LastSeen later = new LastSeen(device("grill"), 3, "SSE", false);
        WriteBatch hint = save(seen("oven", 2, true), seen("oven", 3, true), later);

        assertFalse(hint.isAcknowledged(), "it need not be on disk at once");
        LastSeenStore lastSeen = reopened().store().lastSeen();
        assertEquals(
                Map.of(device("grill"), later, device("oven"), seen("oven", 3, true)),
                lastSeen.of(List.of(device("grill"), device("oven"), device("nobody"))));
        assertEquals(Map.of(), lastSeen.of(List.of()));
    }

    @Test
    default void connectedOnesArePagedThroughWhateverTheirNames() {
        List<LastSeen> all = new ArrayList<>();
        for (String name : List.of("A", "a", "B", "b-1", "b_1", "b1", "Z", "z", "0", "-")) {
            all.add(seen(name, 1, true));
        }
        all.add(seen("gone", 1, false));
        save(all.toArray(LastSeen[]::new));

        LastSeenStore lastSeen = fixture().store().lastSeen();
        List<LastSeen> found = new ArrayList<>();
        List<LastSeen> page = lastSeen.connected("", 3);
        while (!page.isEmpty()) {
            found.addAll(page);
            page = lastSeen.connected(page.get(page.size() - 1).id().path(), 3);
        }

        assertEquals(10, found.size());
        assertEquals(10, found.stream().map(LastSeen::id).distinct().count());
        assertEquals(0, found.stream().filter(one -> !one.isConnected()).count());
    }

    @Test
    default void watchIsKeptOnce() {
        assertEquals(Optional.empty(), fixture().store().lastSeen().presenceCheckpoint());
        keep(new PresenceCheckpoint(5, new Revision(7)));
        keep(new PresenceCheckpoint(6, new Revision(9)));
        assertEquals(
                Optional.of(new PresenceCheckpoint(6, new Revision(9))),
                reopened().store().lastSeen().presenceCheckpoint());
    }
}
