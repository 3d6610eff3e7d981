package io.bellwire.device;

/**
 * An order in a snapshot. Immutable.
 *
 * @param version 1 or more
 * @param body the whole order as the server sent it, JSON
 */
public record OrderSnapshot(String id, long version, String body) {
    public OrderSnapshot {
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1, is " + version);
        }
    }
}
