package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Sends events to one group and changes its members. Each write waits for the acknowledgement of the one before: so the
 * workload knows, without asking the server, which devices receive which event. Thread-safe.
 */
public final class GroupWorkload {
    private static final int MEMBERS_CHANGE_ONE_IN = 5;
    private static final int SHORT_RUN_FEW = 10;
    private static final int SHORT_RUN_MORE = 60;

    private final OperatorClient operator;
    private final AcknowledgedOrders acknowledged;
    private final Timers timers;
    private final RandomGenerator random;
    private final ForeignEventSource events;
    private final Group group;
    private final Consumer<Throwable> onFailure;
    private final List<DeviceId> members;
    private final List<DeviceId> others;
    private long eventCount;
    private boolean running;
    private boolean busy;
    private boolean scheduled;

    /**
     * The group. Immutable.
     *
     * @param name such as {@code stores/17}
     * @param devices the devices that may become members
     * @param membersAtFirst how many of them are members from the start
     * @param changes whether members change; the group of all devices always has all of them
     * @param pauseMillis from one acknowledgement to the next write
     */
    public record Group(String name, List<DeviceId> devices, int membersAtFirst, boolean changes, long pauseMillis) {
        public Group {
            devices = List.copyOf(devices);
        }

        /** Groups of a run that lasts for seconds: a small one, and one of more devices, all with frequent events. */
        static List<Group> ofShortRun(String tag, List<DeviceId> all) {
            List<DeviceId> few = all.subList(0, Math.min(all.size(), SHORT_RUN_FEW));
            List<DeviceId> more = all.subList(0, Math.min(all.size(), SHORT_RUN_MORE));
            return List.of(
                    new Group("stores/" + tag, few, (few.size() + 1) / 2, true, 100),
                    new Group("regions/" + tag, more, (more.size() + 1) / 2, true, 700));
        }

        /**
         * A small group, a large group whose events the server appends in the background, and the group of all devices.
         */
        public static List<Group> of(List<DeviceId> all) {
            int few = Math.max(2, all.size() / 20);
            return List.of(
                    new Group("stores/few", all.subList(0, 2 * few), few, true, 1_000),
                    new Group("regions/many", all, all.size() / 2, true, 3_000),
                    new Group("all/devices", all, all.size(), false, 15_000));
        }
    }

    public GroupWorkload(
            Group group,
            OperatorClient operator,
            AcknowledgedOrders acknowledged,
            Timers timers,
            RandomGenerator random,
            ForeignEventSource events,
            Consumer<Throwable> onFailure) {
        this.group = group;
        this.operator = operator;
        this.acknowledged = acknowledged;
        this.timers = timers;
        this.random = random;
        this.events = events;
        this.onFailure = onFailure;
        this.members = new ArrayList<>(group.devices().subList(0, group.membersAtFirst()));
        this.others = new ArrayList<>(
                group.devices().subList(group.membersAtFirst(), group.devices().size()));
    }

    /** Creates the group with its first members. */
    public CompletableFuture<Void> createGroup() {
        if (!group.changes()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> created = operator.createGroup(group.name());
        for (DeviceId member : List.copyOf(members)) {
            created = created.thenCompose(before -> operator.addMember(group.name(), member));
        }
        return created;
    }

    /** Writes from now on. */
    public synchronized void resume() {
        running = true;
        schedule();
    }

    /** Writes nothing more after the write under way. */
    public synchronized void pause() {
        running = false;
    }

    /** Whether no write waits for its answer. */
    public synchronized boolean isIdle() {
        return !busy;
    }

    private void schedule() {
        if (running && !busy && !scheduled) {
            scheduled = true;
            timers.after(group.pauseMillis(), this::turn);
        }
    }

    private synchronized void turn() {
        scheduled = false;
        if (!running || busy) {
            return;
        }
        busy = true;
        boolean change = group.changes() && random.nextInt(MEMBERS_CHANGE_ONE_IN) == 0;
        CompletableFuture<Void> done = change ? changeMembers() : sendNextEvent();
        CompletableFuture<?> ignored = done.whenComplete((nothing, failure) -> answered(failure));
    }

    private synchronized void answered(Throwable failure) {
        busy = false;
        if (failure != null) {
            onFailure.accept(failure);
        } else {
            schedule();
        }
    }

    private CompletableFuture<Void> changeMembers() {
        boolean joins = !others.isEmpty() && (members.size() < 2 || random.nextBoolean());
        List<DeviceId> from = joins ? others : members;
        DeviceId device = from.get(random.nextInt(from.size()));
        CompletableFuture<Void> done =
                joins ? operator.addMember(group.name(), device) : operator.removeMember(group.name(), device);
        return done.thenRun(() -> memberMoved(device, joins));
    }

    private synchronized void memberMoved(DeviceId device, boolean joins) {
        (joins ? others : members).remove(device);
        (joins ? members : others).add(device);
    }

    private CompletableFuture<Void> sendNextEvent() {
        eventCount++;
        AcknowledgedOrders.AcknowledgedEvent event =
                new AcknowledgedOrders.AcknowledgedEvent(Set.copyOf(members), group.name(), eventCount);
        String id = events.nextId();
        return operator.sendEvent(events.toGroup(id, group.name()))
                .thenRun(() -> acknowledged.eventAcknowledged(id, event));
    }
}
