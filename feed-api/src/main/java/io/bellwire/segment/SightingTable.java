package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.log.Sighting;
import io.bellwire.log.SightingStore;
import io.bellwire.log.Watch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** When devices were last seen, in memory. Thread-safe; one thread at a time writes. */
final class SightingTable implements SightingStore {
    private final ConcurrentSkipListMap<String, Sighting> byName = new ConcurrentSkipListMap<>();
    private volatile @Nullable Watch watch;

    void put(Sighting sighting) {
        byName.put(sighting.id().path(), sighting);
    }

    void put(Watch latest) {
        watch = latest;
    }

    @Nullable Sighting get(FeedId id) {
        return byName.get(id.path());
    }

    @Override
    public List<Sighting> connected(String after, int limit) {
        List<Sighting> page = new ArrayList<>();
        for (Sighting sighting : byName.tailMap(after, false).values()) {
            if (page.size() == limit) {
                break;
            }
            if (sighting.isConnected()) {
                page.add(sighting);
            }
        }
        return page;
    }

    @Override
    public Map<FeedId, Sighting> of(Collection<FeedId> ids) {
        Map<FeedId, Sighting> found = new HashMap<>();
        for (FeedId id : ids) {
            Sighting sighting = get(id);
            if (sighting != null) {
                found.put(id, sighting);
            }
        }
        return found;
    }

    @Override
    public Optional<Watch> watch() {
        return Optional.ofNullable(watch);
    }
}
