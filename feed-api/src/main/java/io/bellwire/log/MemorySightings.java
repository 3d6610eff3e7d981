package io.bellwire.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** When devices were last seen, in plain collections. */
final class MemorySightings implements SightingStore {
    private final TreeMap<String, Sighting> sightings = new TreeMap<>();
    private @Nullable Watch watch;

    synchronized void store(Group group) {
        group.sightings()
                .values()
                .forEach(sighting -> sightings.put(sighting.id().path(), sighting));
        Watch latest = group.watch();
        if (latest != null) {
            watch = latest;
        }
    }

    @Override
    public synchronized List<Sighting> connected(String after, int limit) {
        return sightings.tailMap(after, false).values().stream()
                .filter(Sighting::isConnected)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Map<FeedId, Sighting> of(Collection<FeedId> ids) {
        Map<FeedId, Sighting> found = new HashMap<>();
        for (FeedId id : ids) {
            Sighting sighting = sightings.get(id.path());
            if (sighting != null) {
                found.put(id, sighting);
            }
        }
        return found;
    }

    @Override
    public synchronized Optional<Watch> watch() {
        return Optional.ofNullable(watch);
    }
}
