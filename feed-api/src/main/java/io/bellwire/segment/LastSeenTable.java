package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.presence.PresenceCheckpoint;
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
    private final ConcurrentSkipListMap<String, LastSeen> byFeedName = new ConcurrentSkipListMap<>();
    private volatile @Nullable PresenceCheckpoint checkpoint;

    void put(LastSeen lastSeen) {
        byFeedName.put(lastSeen.id().path(), lastSeen);
    }

    void put(PresenceCheckpoint latest) {
        checkpoint = latest;
    }

    @Nullable LastSeen get(FeedId id) {
        return byFeedName.get(id.path());
    }

    @Override
    public List<LastSeen> connected(String after, int limit) {
        List<LastSeen> page = new ArrayList<>();
        for (LastSeen lastSeen : byFeedName.tailMap(after, false).values()) {
            if (page.size() == limit) {
                break;
            }
            if (lastSeen.isConnected()) {
                page.add(lastSeen);
            }
        }
        return page;
    }

    @Override
    public Map<FeedId, LastSeen> of(Collection<FeedId> ids) {
        Map<FeedId, LastSeen> found = new HashMap<>();
        for (FeedId id : ids) {
            LastSeen lastSeen = get(id);
            if (lastSeen != null) {
                found.put(id, lastSeen);
            }
        }
        return found;
    }

    @Override
    public Optional<PresenceCheckpoint> presenceCheckpoint() {
        return Optional.ofNullable(checkpoint);
    }
}
