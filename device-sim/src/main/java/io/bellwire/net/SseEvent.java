package io.bellwire.net;

/**
 * One server-sent event. Immutable.
 *
 * @param name {@code message} if the stream gave none
 * @param data the lines of its data, with a line feed between them
 * @param lastId the stream's id as of this event, empty if it has had none
 */
record SseEvent(String name, String data, String lastId) {}
