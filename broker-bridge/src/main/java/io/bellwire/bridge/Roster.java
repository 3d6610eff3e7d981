package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines that can be rung, and no others. Thread-safe. */
final class Roster {
    private final BridgeOptions options;
    private final Map<Line, Bell> bells = new ConcurrentHashMap<>();
    private final Map<FeedId, List<Bell>> byFeed = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();

    Roster(BridgeOptions options) {
        this.options = options;
    }

    /** The bells of the feed's lines. */
    List<Bell> of(FeedId feed) {
        return byFeed.getOrDefault(feed, List.of());
    }

    /** The line's bell; null if the line is not open. */
    @Nullable Bell find(Line line) {
        return bells.get(line);
    }

    /** The line's bell, told that there is somebody new at its end. */
    Bell opened(Line line) {
        while (true) {
            Bell bell = bells.computeIfAbsent(line, this::hang);
            synchronized (bell) {
                // one that is just being forgotten must not swallow the opening
                if (!bell.gone) {
                    bell.doorbell.opened();
                    return bell;
                }
            }
            takeOut(bell);
        }
    }

    private Bell hang(Line line) {
        Bell bell = new Bell(line, new Doorbell(options), serials.incrementAndGet());
        byFeed.merge(bell.feed, List.of(bell), (there, added) -> Stream.concat(there.stream(), added.stream())
                .toList());
        return bell;
    }

    void forget(Bell bell) {
        synchronized (bell) {
            bell.gone = true;
        }
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
                .filter(bell -> {
                    synchronized (bell) {
                        return bell.doorbell.isBehind();
                    }
                })
                .count();
    }
}
