package io.bellwire.device;

/**
 * An order as a snapshot tells it. Immutable.
 *
 * @param version 1 or more
 * @param body the whole order as JSON, as it came
 */
public record OrderSnapshot(String id, long version, String body) {
    public OrderSnapshot {
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1, is " + version);
        }
    }
}
