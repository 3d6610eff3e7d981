package io.bellwire.registry;

import java.util.regex.Pattern;

/**
 * The name of a device: 1 to 64 characters out of {@code A-Z a-z 0-9 _ -}, so that it is a legal MQTT client id, topic
 * level and path segment without any escaping. Immutable.
 */
public record DeviceId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Throws {@link IllegalArgumentException} that names the value if it is not of the form above. */
    public DeviceId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("device id must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
    }

    /** Whether {@code text} would be accepted by the constructor. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
