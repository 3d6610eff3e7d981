package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.log.LastSeen;
import io.bellwire.log.LastSeenStore;
import io.bellwire.log.PresenceCheckpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** When devices were last seen, in memory. Thread-safe; one thread at a time writes. */
final class LastSeenTable implements LastSeenStore {
    private final ConcurrentSkipListMap<String, LastSeen> byName = new ConcurrentSkipListMap<>();
    private volatile @Nullable PresenceCheckpoint watch;

    void put(LastSeen sighting) {
        byName.put(sighting.id().path(), sighting);
    }

    void put(PresenceCheckpoint latest) {
        watch = latest;
    }

    @Nullable LastSeen get(FeedId id) {
        return byName.get(id.path());
    }

    @Override
    public List<LastSeen> connected(String after, int limit) {
        List<LastSeen> page = new ArrayList<>();
        for (LastSeen sighting : byName.tailMap(after, false).values()) {
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
    public Map<FeedId, LastSeen> of(Collection<FeedId> ids) {
        Map<FeedId, LastSeen> found = new HashMap<>();
        for (FeedId id : ids) {
            LastSeen sighting = get(id);
            if (sighting != null) {
                found.put(id, sighting);
            }
        }
        return found;
    }

    @Override
    public Optional<PresenceCheckpoint> watch() {
        return Optional.ofNullable(watch);
    }
}
