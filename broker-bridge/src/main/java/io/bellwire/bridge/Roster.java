package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The lines that can be rung, and no others. Thread-safe. */
final class Roster {
    private final BridgeOptions options;
    private final Herd herd;
    private final Map<Line, Bell> bells = new ConcurrentHashMap<>();
    private final Map<FeedId, List<Bell>> byFeed = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();

    Roster(BridgeOptions options, Herd herd) {
        this.options = options;
        this.herd = herd;
    }

    /** The bells of the feed's lines. */
    List<Bell> of(FeedId feed) {
        return byFeed.getOrDefault(feed, List.of());
    }

    /** The line's bell, told that there is somebody new at its end. */
    Bell opened(Line line) {
        while (true) {
            Bell bell = bells.computeIfAbsent(line, this::hang);
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

    private Bell hang(Line line) {
        Bell bell = new Bell(line, new Doorbell(options), herd, serials.incrementAndGet());
        byFeed.merge(bell.feed, List.of(bell), (there, added) -> Stream.concat(there.stream(), added.stream())
                .toList());
        return bell;
    }

    void forget(Bell bell) {
        bell.leave();
        takeOut(bell);
    }

    private void takeOut(Bell bell) {
        bells.remove(bell.line, bell);
        byFeed.computeIfPresent(bell.feed, (feed, there) -> {
            List<Bell> left = there.stream().filter(other -> other != bell).toList();
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
                .filter(bell -> bell.with(Doorbell::isBehind))
                .count();
    }
}
