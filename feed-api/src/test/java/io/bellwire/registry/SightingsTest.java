package io.bellwire.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.log.BothDatabases;
import io.bellwire.log.Database;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Sightings.Sighting;
import io.bellwire.registry.Sightings.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(BothDatabases.class)
class SightingsTest {
    private final Database database;
    private final Sightings sightings;

    SightingsTest(BothDatabases kind) {
        database = kind.open();
        sightings = new Sightings(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static FeedId device(String name) {
        return FeedId.ofDevice(new DeviceId(name));
    }

    private static Sighting seen(String name, long atMillis, boolean isConnected) {
        return new Sighting(device(name), atMillis, "MQTT", isConnected);
    }

    @Test
    void lastSightingOfADeviceIsKept() {
        sightings.save(List.of(seen("grill", 1, true), seen("fryer", 2, true)));
        Sighting later = new Sighting(device("grill"), 3, "SSE", false);
        sightings.save(List.of(seen("oven", 3, true), later));

        assertEquals(
                Map.of(device("grill"), later, device("oven"), seen("oven", 3, true)),
                sightings.of(List.of(device("grill"), device("oven"), device("nobody"))));
        assertEquals(Map.of(), sightings.of(List.of()));
    }

    @Test
    void connectedOnesArePagedThroughWhateverTheirNames() {
        List<Sighting> all = new ArrayList<>();
        for (String name : List.of("A", "a", "B", "b-1", "b_1", "b1", "Z", "z", "0", "-")) {
            all.add(seen(name, 1, true));
        }
        all.add(seen("gone", 1, false));
        sightings.save(all);

        List<Sighting> found = new ArrayList<>();
        List<Sighting> page = sightings.connected("", 3);
        while (!page.isEmpty()) {
            found.addAll(page);
            page = sightings.connected(page.get(page.size() - 1).id().path(), 3);
        }

        assertEquals(10, found.size());
        assertEquals(10, found.stream().map(Sighting::id).distinct().count());
        assertEquals(0, found.stream().filter(one -> !one.isConnected()).count());
    }

    @Test
    void watchIsKeptOnce() {
        assertEquals(Optional.empty(), sightings.watch());
        sightings.keep(new Watch(5, 7));
        sightings.keep(new Watch(6, 9));
        assertEquals(Optional.of(new Watch(6, 9)), sightings.watch());
    }
}
