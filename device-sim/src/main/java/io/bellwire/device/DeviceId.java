package io.bellwire.device;

import java.util.regex.Pattern;

/**
 * The id of a device, which is also its MQTT client id and user name: 1 to 64 of {@code A-Z a-z 0-9 _ -}. Immutable.
 */
public record DeviceId(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public DeviceId {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("device id must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
