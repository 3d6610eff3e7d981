package io.bellwire.log;

/**
 * The id of a device: 1 to 64 characters out of {@code A-Z a-z 0-9 _ -}, so that it is a legal MQTT client id, topic
 * level and path segment without escaping. Ids of partners have the same form. Immutable.
 */
public record DeviceId(String value) {
    /** The form of an id, for messages. */
    public static final String FORM = "1 to 64 of A-Z a-z 0-9 _ -";

    private static final int LENGTH_MAX = 64;

    /** Throws {@link IllegalArgumentException} if the value is not of the form above. */
    public DeviceId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("device id must be " + FORM);
        }
    }

    /** Whether {@code text} is of the form above. */
    public static boolean isValid(String text) {
        int length = text.length();
        if (length == 0 || length > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) { // called several times for each request: too often for a regular expression
            if (!isOfId(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfId(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    @Override
    public String toString() {
        return value;
    }
}
