package io.bellwire.world;

import io.bellwire.audit.AuditEntry;
import io.bellwire.device.DeviceId;
import io.bellwire.group.FanOuts;
import io.bellwire.group.GroupLimits;
import io.bellwire.group.GroupStore;
import io.bellwire.group.Groups;
import io.bellwire.group.TargetGroup;
import io.bellwire.log.EventLog;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The groups of a server, by the product's own classes. Their writes go through the log's own writer, on its thread, and
 * the world waits for them; so does the background fan-out. May throw {@link ProcessKilled}, or have it as a cause.
 * One thread.
 */
final class WorldGroups {
    /** So low that there are groups of both kinds, and several batches of a fan-out. */
    private static final GroupLimits LIMITS = new GroupLimits(5, 3, 1_000);

    private static final long POLL_NANOS = 50_000;

    private final EventLog log;
    private final GroupStore store;
    private final Clock clock;
    private final BooleanSupplier isKilled;
    private final Groups groups;
    /** What the fan-out has committed, for those that have not been notified. */
    private final List<FeedListener.Advance> fannedOut = new ArrayList<>();

    /** @param isKilled whether the process has been killed, so that no fan-out will end */
    WorldGroups(EventLog log, GroupStore store, Clock clock, BooleanSupplier isKilled) {
        this.log = log;
        this.store = store;
        this.clock = clock;
        this.isKilled = isKilled;
        this.groups = new Groups(log, store, LIMITS);
        log.listen(new FeedListener() {
            @Override
            public void committed(List<Advance> advances) {
                fannedOut.addAll(advances);
            }
        });
    }

    private static FeedId id(String group) {
        return FeedId.ofGroup("stores", group);
    }

    void create(String group) {
        Groups.Found unused = join(groups.findOrCreate(id(group), AuditEntry.NONE));
    }

    /** Adds the device to the group or removes it. */
    void change(String group, DeviceId device, boolean isAdded) {
        Groups.Changed unused = join(
                groups.change(id(group), log.getOrCreateFeed(WorldServer.feedId(device)), isAdded, AuditEntry.NONE));
    }

    /** The group as the target of an event, as it is now. */
    TargetGroup target(String group) {
        return join(groups.target(id(group))).orElseThrow();
    }

    /** Waits until all events have reached all members, and returns what has been written to them. */
    List<FeedListener.Advance> fanOut() {
        if (store.fanOuts(EventNumber.NONE, 1).isEmpty()) {
            fannedOut.clear();
            return List.of();
        }
        fannedOut.clear();
        try (FanOuts background = new FanOuts(log, store, LIMITS, clock, new SimpleMeterRegistry())) {
            background.start();
            while (!store.fanOuts(EventNumber.NONE, 1).isEmpty()) {
                if (isKilled.getAsBoolean()) {
                    throw new ProcessKilled();
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        return List.copyOf(fannedOut);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
