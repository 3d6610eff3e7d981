package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The feeds that have open channels, and no others. Thread-safe. */
final class ChannelRegistry {
    private final BridgeOptions options;
    private final FetchSpreader spreader;
    private final Map<FeedId, TrackedFeed> feeds = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();

    ChannelRegistry(BridgeOptions options, FetchSpreader spreader) {
        this.options = options;
        this.spreader = spreader;
    }

    /** The feed, if it has an open channel. */
    @Nullable TrackedFeed of(FeedId feed) {
        return feeds.get(feed);
    }

    /** Opens the channel, or opens it anew for somebody else at its end. Returns its feed. */
    TrackedFeed open(SignalChannel channel) {
        return feeds.compute(channel.feed(), (id, there) -> {
            TrackedFeed feed =
                    there == null ? new TrackedFeed(id, options, spreader, serials.incrementAndGet()) : there;
            feed.open(channel);
            return feed;
        });
    }

    /** Closes those channels of the feed that {@code which} holds for. Returns the feed, if it has had any. */
    @Nullable TrackedFeed close(FeedId feed, Predicate<SignalChannel> which) {
        AtomicReference<@Nullable TrackedFeed> had = new AtomicReference<>();
        feeds.computeIfPresent(feed, (id, there) -> {
            had.set(there);
            return there.close(which) == 0 ? null : there;
        });
        return had.get();
    }

    /** Drops those channels of the feed that are closed. */
    void dropClosed(TrackedFeed feed) {
        feeds.computeIfPresent(
                feed.id, (id, there) -> there == feed && there.close(channel -> false) == 0 ? null : there);
    }

    void clear() {
        feeds.clear();
    }

    /** How many channels are open. */
    int size() {
        return feeds.values().stream().mapToInt(feed -> feed.channels().size()).sum();
    }

    /** How many channels lead to readers that have not received their feed's head. */
    int behind() {
        return feeds.values().stream().mapToInt(TrackedFeed::channelsBehind).sum();
    }
}
