package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The lines that can be rung, and no others. Thread-safe. */
final class ChannelRegistry {
    private final BridgeOptions options;
    private final FetchSpreader herd;
    private final Map<SignalChannel, ChannelEntry> bells = new ConcurrentHashMap<>();
    private final Map<FeedId, List<ChannelEntry>> byFeed = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();

    ChannelRegistry(BridgeOptions options, FetchSpreader herd) {
        this.options = options;
        this.herd = herd;
    }

    /** The bells of the feed's lines. */
    List<ChannelEntry> of(FeedId feed) {
        return byFeed.getOrDefault(feed, List.of());
    }

    /** The line's bell, told that there is somebody new at its end. */
    ChannelEntry opened(SignalChannel line) {
        while (true) {
            ChannelEntry bell = bells.computeIfAbsent(line, this::hang);
            // one that is just being forgotten must not swallow the opening
            boolean isOpen = bell.with(doorbell -> {
                if (!bell.gone) {
                    doorbell.opened(line.told());
                }
                return !bell.gone;
            });
            if (isOpen) {
                return bell;
            }
            takeOut(bell);
        }
    }

    private ChannelEntry hang(SignalChannel line) {
        ChannelEntry bell = new ChannelEntry(line, new SignalState(options), herd, serials.incrementAndGet());
        byFeed.merge(bell.feed, List.of(bell), (there, added) -> Stream.concat(there.stream(), added.stream())
                .toList());
        return bell;
    }

    void forget(ChannelEntry bell) {
        bell.leave();
        takeOut(bell);
    }

    private void takeOut(ChannelEntry bell) {
        bells.remove(bell.line, bell);
        byFeed.computeIfPresent(bell.feed, (feed, there) -> {
            List<ChannelEntry> left =
                    there.stream().filter(other -> other != bell).toList();
            return left.isEmpty() ? null : left;
        });
    }

    void clear() {
        bells.clear();
        byFeed.clear();
    }

    int size() {
        return bells.size();
    }

    /** How many have not received their feed's head. */
    long behind() {
        return bells.values().stream()
                .filter(bell -> bell.with(SignalState::isBehind))
                .count();
    }
}
