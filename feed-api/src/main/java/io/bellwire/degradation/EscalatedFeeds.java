package io.bellwire.degradation;

import io.bellwire.log.FeedId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** All feeds that have a problem now. Thread-safe. */
public final class EscalatedFeeds {
    private final List<Consumer<FeedId>> listeners = new CopyOnWriteArrayList<>();
    /** In the order of their names. */
    private volatile Map<FeedId, EscalatedFeed> all = Map.of();
    /** Those from which something is withheld. */
    private volatile Map<FeedId, EscalatedFeed> degraded = Map.of();

    /** Passes each partner's feed that is disconnected from now on to {@code listener}, which must return at once. */
    public void onDisconnect(Consumer<FeedId> listener) {
        listeners.add(listener);
    }

    /** Replaces all of them. One thread at a time calls this. */
    public void replace(Collection<EscalatedFeed> now) {
        Map<String, EscalatedFeed> sorted = new TreeMap<>();
        now.forEach(feed -> sorted.put(feed.feed().path(), feed));
        Map<FeedId, EscalatedFeed> before = degraded;
        Map<FeedId, EscalatedFeed> after = now.stream()
                .filter(EscalatedFeed::isDegraded)
                .collect(Collectors.toUnmodifiableMap(EscalatedFeed::feed, feed -> feed));
        Map<FeedId, EscalatedFeed> byFeed = new LinkedHashMap<>();
        sorted.values().forEach(feed -> byFeed.put(feed.feed(), feed));
        all = Collections.unmodifiableMap(byFeed);
        degraded = after;
        for (EscalatedFeed feed : after.values()) {
            EscalatedFeed known = before.get(feed.feed());
            if (feed.isDisconnected() && (known == null || !known.isDisconnected())) {
                listeners.forEach(listener -> listener.accept(feed.feed()));
            }
        }
    }

    /** All of them, by name. */
    public List<EscalatedFeed> all() {
        return List.copyOf(all.values());
    }

    /** The feed if it has a problem. */
    public Optional<EscalatedFeed> find(FeedId feed) {
        return Optional.ofNullable(all.get(feed));
    }

    /** Whether something is withheld from any feed. One read of a field. */
    public boolean isAnyDegraded() {
        return !degraded.isEmpty();
    }

    /** The feed if something is withheld from it. */
    public Optional<EscalatedFeed> degraded(FeedId feed) {
        return Optional.ofNullable(degraded.get(feed));
    }

    /** The feed if its partner is disconnected. */
    public Optional<EscalatedFeed> disconnected(FeedId feed) {
        return degraded(feed).filter(EscalatedFeed::isDisconnected);
    }
}
