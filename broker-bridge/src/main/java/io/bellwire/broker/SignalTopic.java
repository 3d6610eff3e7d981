package io.bellwire.broker;

import io.bellwire.log.DeviceId;

/** The topic that each device may subscribe to: {@code bellwire/v1/devices/{id}/signal}. */
public final class SignalTopic {
    private static final String BEFORE = "bellwire/v1/devices/";
    private static final String AFTER = "/signal";

    private SignalTopic() {}

    /** The topic of {@code device}. */
    public static String of(DeviceId device) {
        return ofClient(device.value());
    }

    /** The topic with {@code placeholder} in place of the device's id. */
    public static String template(String placeholder) {
        return BEFORE + placeholder + AFTER;
    }

    /** Also for canaries, whose client ids are no device ids. */
    static String ofClient(String clientId) {
        return BEFORE + clientId + AFTER;
    }
}
