package io.bellwire.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a signature is of: {@code {id}.{timestamp}.{body}}. The body is not copied, and must not change.
 *
 * @param head id and timestamp, each with a full stop behind it
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record SignedContent(byte[] head, byte[] body) {
    static SignedContent of(String id, long timestampSeconds, byte[] body) {
        // else two contents could have the same bytes
        if (id.isEmpty() || id.indexOf('.') >= 0) {
            throw new IllegalArgumentException("an id must have characters, and no full stop: " + id);
        }
        return new SignedContent((id + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8), body);
    }

    /** All of it, for a signature that needs it in one piece. */
    byte[] bytes() {
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
