package io.bellwire.fleet;

import java.util.List;

/** Which MQTT client the devices use. */
public enum ClientKind {
    /** HiveMQ, MQTT 5. */
    HIVEMQ,
    /** HiveMQ, MQTT 3.1.1. */
    HIVEMQ3,
    /** Paho, MQTT 5. */
    PAHO,
    /** HiveMQ and Paho in turn, MQTT 5. */
    BOTH,
    /** Each in turn, in either version. */
    ALL;

    /** The single clients that this choice stands for; devices take them in turn. */
    List<ClientKind> clients() {
        return switch (this) {
            case BOTH -> List.of(HIVEMQ, PAHO);
            case ALL -> List.of(HIVEMQ, PAHO, HIVEMQ3);
            case HIVEMQ, HIVEMQ3, PAHO -> List.of(this);
        };
    }
}
