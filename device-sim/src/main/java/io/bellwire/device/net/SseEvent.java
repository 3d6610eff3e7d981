package io.bellwire.device.net;

/**
 * One server-sent event. Immutable.
 *
 * @param name its {@code event} field; {@code message} if it has none
 * @param data its {@code data} lines, with a line feed between them
 * @param lastId the last {@code id} of the stream up to this event; empty if there was none
 */
public record SseEvent(String name, String data, String lastId) {}
