package io.bellwire.fleet;

/** Which MQTT client the devices use. */
public enum ClientKind {
    HIVEMQ,
    PAHO,
    /** Every other device uses the other. */
    BOTH;

    boolean isPaho(int device) {
        return this == PAHO || (this == BOTH && device % 2 == 1);
    }
}
