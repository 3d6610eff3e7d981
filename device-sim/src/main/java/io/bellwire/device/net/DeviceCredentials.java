package io.bellwire.device.net;

import io.bellwire.device.DeviceId;

/** A device's id and secret. {@link #toString} leaves the secret out, so that no log contains it. Immutable. */
public record DeviceCredentials(DeviceId id, String secret) {
    public DeviceCredentials {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("secret must not be empty");
        }
    }

    @Override
    public String toString() {
        return id.value();
    }
}
