package io.bellwire.world;

import io.bellwire.audit.AuditEntry;
import io.bellwire.device.DeviceId;
import io.bellwire.group.FanOuts;
import io.bellwire.group.GroupLimits;
import io.bellwire.group.GroupStore;
import io.bellwire.group.Groups;
import io.bellwire.group.TargetGroup;
import io.bellwire.group.VirtualFanOut;
import io.bellwire.log.EventLog;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.VirtualWriter;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The groups of a server, by the product's own classes. The world waits for changes of groups; the background fan-out
 * goes on step by step while other things happen. May throw {@link ProcessKilled}, or have it as a cause. One thread.
 */
final class WorldGroups {
    /** So low that there are groups of both kinds, and several batches of a fan-out. */
    private static final GroupLimits LIMITS = new GroupLimits(5, 3, 1_000);

    private final EventLog log;
    private final GroupStore store;
    private final VirtualWriter writer;
    private final Consumer<Runnable> later;
    private final Groups groups;
    private final VirtualFanOut fanOut;
    private final WorldClock clock;
    private boolean isStepDue;
    private boolean isStepping;
    /** Since when events may have been on their way to members; at the start nobody knows. */
    private long servingSinceMillis;

    /** @param later runs a step of the fan-out a while later */
    WorldGroups(EventLog log, GroupStore store, WorldClock clock, VirtualWriter writer, Consumer<Runnable> later) {
        this.log = log;
        this.store = store;
        this.writer = writer;
        this.later = later;
        this.clock = clock;
        this.groups = new Groups(log, store, LIMITS);
        this.fanOut = new VirtualFanOut(new FanOuts(
                log,
                store,
                LIMITS,
                clock.withZone(ZoneOffset.UTC),
                new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock.ofMeters())));
        log.listen(new FeedListener() {
            @Override
            public void committed(List<Advance> advances) {
                if (advances.stream().anyMatch(advance -> advance.feed().isGroup())) {
                    servingSinceMillis = Math.min(servingSinceMillis, clock.steadyMillis());
                    stepLater();
                }
            }
        });
    }

    void create(String group) {
        Groups.Found unused = join(() -> groups.findOrCreate(new FeedId(group), AuditEntry.NONE));
    }

    /** Adds the device to the group or removes it. */
    void change(String group, DeviceId device, boolean isAdded) {
        Groups.Changed unused = join(() -> groups.change(
                new FeedId(group), log.getOrCreateFeed(WorldServer.feedId(device)), isAdded, AuditEntry.NONE));
    }

    /** The group as the target of an event, as it is now. */
    TargetGroup target(FeedId group) {
        return join(() -> groups.target(group)).orElseThrow();
    }

    /** Goes on with events that have not reached all members. */
    void serve() {
        if (isServing()) {
            stepLater();
        }
    }

    /** When the events of the batch that is written now were committed at the earliest. */
    long eventsMillis() {
        return isStepping ? oldestMillis() : clock.steadyMillis();
    }

    /** When the oldest event on its way was committed at the earliest; now if there is none. */
    long oldestMillis() {
        return Math.min(servingSinceMillis, clock.steadyMillis());
    }

    /** Whether events are on their way to members. */
    boolean isServing() {
        return !store.fanOuts(EventNumber.NONE, 1).isEmpty();
    }

    private void stepLater() {
        if (!isStepDue) {
            isStepDue = true;
            later.accept(() -> {
                isStepDue = false;
                isStepping = true;
                if (writer.atOnce(fanOut::step)) {
                    stepLater();
                } else if (!isServing()) {
                    servingSinceMillis = Long.MAX_VALUE;
                }
                isStepping = false;
            });
        }
    }

    private <T> T join(Supplier<CompletionStage<T>> change) {
        return writer.atOnce(() -> change.get().toCompletableFuture().join());
    }
}
