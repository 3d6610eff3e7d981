package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.fleet.AcknowledgedOrders.AcknowledgedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The members of groups, and which devices each event of a group is for. So that this is known without the server, a
 * group has one event under way at a time, and its members do not change while it may be written or not. One thread.
 */
final class ExpectedGroups {
    /** The group of all enabled devices. */
    static final String ALL = "all/devices";

    private final List<Group> groups = new ArrayList<>();
    private final Group all = new Group(ALL);
    private final Map<String, AcknowledgedEvent> events = new HashMap<>();
    private final List<DeviceId> devices;
    private final SplittableRandom random;

    /** @param hasBroadcasts whether there are events for all devices */
    ExpectedGroups(int count, boolean hasBroadcasts, List<DeviceId> devices, SplittableRandom random) {
        this.devices = devices;
        this.random = random;
        for (int i = 0; i < count; i++) {
            groups.add(new Group("stores/store-" + i));
        }
        if (hasBroadcasts) {
            groups.add(all);
        }
        all.members.addAll(devices);
    }

    private static final class Group {
        private final String name;
        private final Set<DeviceId> members = new LinkedHashSet<>();
        private final Set<String> tried = new HashSet<>();
        private long number;
        private @Nullable String underWay;
        private @Nullable DeviceId changing;

        private Group(String name) {
            this.name = name;
        }
    }

    /** Creates the groups, each with some members. */
    void create(WorldServer server) {
        for (Group group : groups) {
            if (group == all) {
                continue;
            }
            server.groups().create(group.name);
            for (DeviceId device : devices) {
                if (random.nextInt(3) == 0) {
                    server.groups().change(group.name, device, true);
                    group.members.add(device);
                }
            }
        }
    }

    /** A group that can be sent an event; null if there is none now. */
    @Nullable String free() {
        if (groups.isEmpty()) {
            return null;
        }
        Group group = groups.get(random.nextInt(groups.size()));
        return group.underWay == null && group.changing == null ? group.name : null;
    }

    void sent(WorldRequest request) {
        group(request).underWay = request.key();
    }

    /** The server may write the event now. */
    void tried(WorldRequest request) {
        group(request).tried.add(request.key());
    }

    /** The event is in the log, from this batch or an earlier one. */
    void written(WorldRequest request) {
        Group group = group(request);
        if (!events.containsKey(request.key())) {
            group.number++;
            events.put(request.key(), new AcknowledgedEvent(Set.copyOf(group.members), group.name, group.number));
        }
    }

    /** The back end has the answer: whom the event is for. */
    AcknowledgedEvent answered(WorldRequest request) {
        group(request).underWay = null;
        AcknowledgedEvent event = events.get(request.key());
        if (event == null) {
            throw new IllegalStateException(request + " was answered, and never written");
        }
        return event;
    }

    /** Whether an event must not be sent now, because the members of its group may be changing. */
    boolean isHeld(WorldRequest request) {
        return request.group() != null && !events.containsKey(request.key()) && group(request).changing != null;
    }

    /** Goes on with changes of groups whose answers were lost. */
    void finishChanges(WorldServer server) {
        for (Group group : groups) {
            if (group != all && group.changing != null) {
                change(group, server);
            }
        }
    }

    /** Whether the server may be writing an event to the group, so that its members must not change now. */
    private boolean isBeingWritten(Group group) {
        String event = group.underWay;
        return event != null && group.tried.contains(event) && !events.containsKey(event);
    }

    /** Whether the device may be enabled now. */
    boolean mayEnable(DeviceId device) {
        boolean isAnotherChanging = all.changing != null && !all.changing.equals(device);
        return !isAnotherChanging && !isBeingWritten(all);
    }

    /** Whether the device may be disabled now: of events that are on their way it would get some and miss others. */
    boolean mayDisable(DeviceId device, WorldServer server) {
        return mayEnable(device) && !server.groups().isServing();
    }

    /** A device is to be enabled or disabled: until it is acknowledged, it may be one of all devices or not. */
    void allChange(DeviceId device) {
        all.changing = device;
    }

    /** The change is acknowledged. */
    void allChanged(DeviceId device, boolean isEnabled) {
        all.changing = null;
        if (isEnabled) {
            all.members.add(device);
        } else {
            all.members.remove(device);
        }
    }

    private Group group(WorldRequest request) {
        return groups.stream()
                .filter(group -> group.name.equals(request.group()))
                .findFirst()
                .orElseThrow();
    }

    /** Adds a device to a group, or removes one; goes on with a change whose answer was lost. */
    void changeOne(WorldServer server) {
        if (groups.isEmpty()) {
            return;
        }
        Group group = groups.get(random.nextInt(groups.size()));
        if (group != all && !isBeingWritten(group)) {
            change(group, server);
        }
    }

    private void change(Group group, WorldServer server) {
        DeviceId device = group.changing == null ? devices.get(random.nextInt(devices.size())) : group.changing;
        boolean isAdded = !group.members.contains(device);
        group.changing = device;
        server.groups().change(group.name, device, isAdded);
        group.changing = null;
        if (isAdded) {
            group.members.add(device);
        } else {
            group.members.remove(device);
        }
    }
}
