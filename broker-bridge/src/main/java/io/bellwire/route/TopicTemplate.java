package io.bellwire.route;

import io.bellwire.broker.SignalTopic;
import io.bellwire.log.DeviceId;
import java.util.regex.Pattern;

/**
 * A topic with a placeholder for the device's id. Immutable.
 *
 * @param before the text before the id
 * @param after the text after the id
 */
public record TopicTemplate(String before, String after) {
    /** The placeholder for the device's id. */
    public static final String DEVICE_ID = "{device_id}";

    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9_/-]*");
    private static final int LENGTH_MAX = 128;

    /** The topic that every device may subscribe to. */
    public static final TopicTemplate SIGNAL = parse(SignalTopic.template(DEVICE_ID));

    /** Parses {@code text}; throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static TopicTemplate parse(String text) {
        int at = text.indexOf(DEVICE_ID);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "must contain " + DEVICE_ID + ", or devices would get each other's signals");
        }
        String before = text.substring(0, at);
        String after = text.substring(at + DEVICE_ID.length());
        if (after.contains(DEVICE_ID)) {
            throw new IllegalArgumentException("must contain " + DEVICE_ID + " once");
        }
        if (!LITERAL.matcher(before).matches() || !LITERAL.matcher(after).matches()) {
            throw new IllegalArgumentException("may have letters, digits, _, / and - besides " + DEVICE_ID);
        }
        if (!(before.isEmpty() || before.endsWith("/")) || !(after.isEmpty() || after.startsWith("/"))) {
            throw new IllegalArgumentException("must have " + DEVICE_ID + " as a level of its own");
        }
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("may have " + LENGTH_MAX + " characters at most");
        }
        return new TopicTemplate(before, after);
    }

    /** The topic of {@code device}. */
    public String of(DeviceId device) {
        return before + device.value() + after;
    }

    /** Whether {@code topic} is the one of {@code device}; allocates nothing. */
    public boolean isTopicOf(DeviceId device, String topic) {
        String id = device.value();
        return topic.length() == before.length() + id.length() + after.length()
                && topic.startsWith(before)
                && topic.startsWith(id, before.length())
                && topic.endsWith(after);
    }

    @Override
    public String toString() {
        return before + DEVICE_ID + after;
    }
}
