package io.bellwire.http;

import io.bellwire.registry.Device;
import java.util.Optional;

/**
 * Who makes a request.
 *
 * @param device the device; empty for the operator
 */
record Caller(Optional<Device> device) {
    static final Caller OPERATOR = new Caller(Optional.empty());

    static Caller of(Device device) {
        return new Caller(Optional.of(device));
    }

    boolean isOperator() {
        return device.isEmpty();
    }

    /** A name for this caller that no other has. */
    String name() {
        return device.map(d -> "device/" + d.id()).orElse("operator");
    }
}
