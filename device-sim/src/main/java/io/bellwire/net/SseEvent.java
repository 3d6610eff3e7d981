package io.bellwire.net;

import java.nio.charset.StandardCharsets;

/**
 * One server-sent event. Its bytes are not copied; nobody changes them.
 *
 * @param name {@code message} if the stream gave none
 * @param data the lines of its data, UTF-8, with a line feed between them
 * @param lastId the stream's id as of this event, empty if it has had none
 */
record SseEvent(String name, byte[] data, String lastId) {
    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
