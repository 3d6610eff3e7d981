package io.bellwire.soak;

import io.bellwire.device.DeviceId;
import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.OperatorClient;
import io.bellwire.net.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Tells events to one group and changes its members, one thing after the other is acknowledged: so it is known without the
 * server's help who gets which event. Thread-safe.
 */
final class GroupWorkload {
    private static final int MEMBERS_CHANGE_ONE_IN = 5;

    private final OperatorClient operator;
    private final AcknowledgedOrders truth;
    private final Timers timers;
    private final RandomGenerator random;
    private final ForeignEventSource events;
    private final Group group;
    private final Consumer<Throwable> onFailure;
    private final List<DeviceId> members;
    private final List<DeviceId> others;
    private long told;
    private boolean running;
    private boolean busy;
    private boolean scheduled;

    /**
     * The group. Immutable.
     *
     * @param name such as {@code stores/17}
     * @param devices who may become a member
     * @param membersAtFirst how many of them are from the start
     * @param changes whether members come and go; the group of all devices has all of them for good
     * @param pauseMillis from one acknowledgement to what is done next
     */
    record Group(String name, List<DeviceId> devices, int membersAtFirst, boolean changes, long pauseMillis) {
        Group {
            devices = List.copyOf(devices);
        }

        /** A small one, one that is told in the background, and the group of all. */
        static List<Group> of(List<DeviceId> all) {
            int few = Math.max(2, all.size() / 20);
            return List.of(
                    new Group("stores/few", all.subList(0, 2 * few), few, true, 1_000),
                    new Group("regions/many", all, all.size() / 2, true, 3_000),
                    new Group("all/devices", all, all.size(), false, 15_000));
        }
    }

    GroupWorkload(
            Group group,
            OperatorClient operator,
            AcknowledgedOrders truth,
            Timers timers,
            RandomGenerator random,
            ForeignEventSource events,
            Consumer<Throwable> onFailure) {
        this.group = group;
        this.operator = operator;
        this.truth = truth;
        this.timers = timers;
        this.random = random;
        this.events = events;
        this.onFailure = onFailure;
        this.members = new ArrayList<>(group.devices().subList(0, group.membersAtFirst()));
        this.others = new ArrayList<>(
                group.devices().subList(group.membersAtFirst(), group.devices().size()));
    }

    /** Makes the group with its first members. */
    CompletableFuture<Void> setUp() {
        if (!group.changes()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> made = operator.makeGroup(group.name());
        for (DeviceId member : List.copyOf(members)) {
            made = made.thenCompose(before -> operator.addMember(group.name(), member));
        }
        return made;
    }

    synchronized void resume() {
        running = true;
        schedule();
    }

    synchronized void pause() {
        running = false;
    }

    /** Whether nothing is unanswered. */
    synchronized boolean isIdle() {
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
        CompletableFuture<Void> done = change ? changeMembers() : tell();
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
        boolean comes = !others.isEmpty() && (members.size() < 2 || random.nextBoolean());
        List<DeviceId> from = comes ? others : members;
        DeviceId device = from.get(random.nextInt(from.size()));
        CompletableFuture<Void> done =
                comes ? operator.addMember(group.name(), device) : operator.removeMember(group.name(), device);
        return done.thenRun(() -> moved(device, comes));
    }

    private synchronized void moved(DeviceId device, boolean comes) {
        (comes ? others : members).remove(device);
        (comes ? members : others).add(device);
    }

    private CompletableFuture<Void> tell() {
        told++;
        AcknowledgedOrders.Told what = new AcknowledgedOrders.Told(Set.copyOf(members), group.name(), told);
        String id = events.nextId();
        return operator.tell(events.toGroup(id, group.name())).thenRun(() -> truth.told(id, what));
    }
}
