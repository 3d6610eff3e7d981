package io.bellwire.receiver;

/**
 * A change that a receiver has applied. Immutable.
 *
 * @param source the feed that it is of
 * @param id its cursor
 * @param orderId empty if it is not about an order
 * @param version the order's version; 0 if it is not known
 */
public record AppliedChange(String source, String id, String orderId, long version) {
    /** Names the change in the whole world: CloudEvents says that no two events share source and id. */
    String key() {
        return source + " " + id;
    }
}
