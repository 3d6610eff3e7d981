package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.device.FeedChange;
import java.util.List;

/** Which topic each change is announced on: known without the product's routes, which may be wrong. */
final class WorldTopics {
    /** The recipe of the orders that are announced on the topic of alarms. */
    static final String ALARM = "alarm";

    private WorldTopics() {}

    /** The device's topic of alarms. */
    static String alarmsOf(DeviceId device) {
        return "bellwire/v1/devices/" + device + "/alarms";
    }

    /**
     * Whether a message with these changes may be sent on the topic: the first and the last change must be the topic's.
     */
    static boolean mayCarry(DeviceId device, String topic, List<FeedChange> changes) {
        return changes.isEmpty()
                || (isOn(device, topic, changes.get(0)) && isOn(device, topic, changes.get(changes.size() - 1)));
    }

    private static boolean isOn(DeviceId device, String topic, FeedChange change) {
        boolean isAlarm = change.body().contains("\"recipe_id\":\"" + ALARM + "\"");
        return isAlarm == topic.equals(alarmsOf(device));
    }
}
