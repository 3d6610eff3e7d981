package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that retention keeps what it must keep. It notes itself when each change was committed. One thread. */
final class WorldRetention {
    static final Duration KEPT = Duration.ofSeconds(3);

    /** The log cannot tell a jump of the wall clock from so much time. */
    private static final long JUMP_MILLIS = 1_000;

    private final WorldClock clock;
    private final WorldObserver observer;
    /** By the name of the feed, when each change was committed. */
    private final Map<String, List<Long>> committedMillis = new HashMap<>();

    WorldRetention(WorldClock clock, WorldObserver observer) {
        this.clock = clock;
        this.observer = observer;
    }

    /** @param eventsMillis when the events of these changes were committed at the earliest */
    void committed(List<FeedListener.Advance> advances, long eventsMillis) {
        for (FeedListener.Advance advance : advances) {
            committed(advance.feed().path(), advance.head().value(), eventsMillis);
        }
    }

    /**
     * A process has started.
     *
     * @param unseenMillis when the changes of which the last one notified nobody were committed at the earliest
     */
    void started(WorldServer server, Collection<DeviceId> devices, long unseenMillis) {
        for (DeviceId device : devices) {
            Feed feed = server.feed(device);
            committed(feed.id().path(), feed.head().value(), unseenMillis);
        }
    }

    private void committed(String feed, long head, long atMillis) {
        List<Long> times = committedMillis.computeIfAbsent(feed, name -> new ArrayList<>());
        while (times.size() < head) {
            times.add(atMillis);
        }
    }

    /** Expires what is old, and checks that all that is younger can still be read. */
    void expire(WorldServer server, Collection<DeviceId> devices) {
        server.expire(KEPT);
        for (DeviceId device : devices) {
            Feed feed = server.feed(device);
            long earliest = feed.earliest().revision().value();
            List<Long> times = committedMillis.getOrDefault(feed.id().path(), List.of());
            long head = feed.head().value();
            if (earliest > 0 && earliest <= times.size()) {
                long age = clock.steadyMillis() - times.get((int) earliest - 1);
                if (age < KEPT.toMillis() - clock.jumps() * JUMP_MILLIS) {
                    observer.reportViolation("retention dropped change " + earliest + " of " + feed.id() + " after "
                            + age + " ms, of " + KEPT);
                }
            }
            if (earliest > 0 && earliest >= head) {
                observer.reportViolation("retention dropped the newest change of " + feed.id());
            }
            int kept = server.changes(feed, new Revision(earliest), new Revision(head))
                    .size();
            if (kept != head - earliest) {
                observer.reportViolation(feed.id() + " has " + kept + " changes after " + earliest + " up to " + head);
            }
        }
    }
}
