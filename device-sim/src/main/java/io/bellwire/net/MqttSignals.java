package io.bellwire.net;

/** What the protocol says of signals over MQTT. */
public final class MqttSignals {
    private MqttSignals() {}

    /** The topic that a device may subscribe to. */
    public static String topicOf(DeviceCredentials who) {
        return "bellwire/v1/devices/" + who.id() + "/signal";
    }
}
