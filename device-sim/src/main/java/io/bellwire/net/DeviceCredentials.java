package io.bellwire.net;

import io.bellwire.device.DeviceId;

/** Who a device is and how it proves it. Its text leaves the secret out, so that no log can have it. Immutable. */
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
