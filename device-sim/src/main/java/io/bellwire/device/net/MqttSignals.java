package io.bellwire.device.net;

/** The topics of signals over MQTT. */
public final class MqttSignals {
    private MqttSignals() {}

    /** The one topic that a device may subscribe to. */
    public static String topicOf(DeviceCredentials device) {
        return "bellwire/v1/devices/" + device.id() + "/signal";
    }
}
