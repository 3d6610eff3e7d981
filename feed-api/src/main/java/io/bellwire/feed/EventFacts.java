package io.bellwire.feed;

import org.jspecify.annotations.Nullable;

/**
 * What routes may ask of an event, to decide in which further feeds it goes and how it is signalled. Made only if a
 * route asks; used by the thread that it is handed to.
 */
public interface EventFacts {
    /** The CloudEvents type, such as {@code io.bellwire.order.created}. */
    String type();

    /** The CloudEvents source of another back end's event; {@code /v1/orders/feed} of an order's event. */
    String source();

    /**
     * The attribute as text; null if the event has no attribute of this name. The attributes of another back end's
     * event are its CloudEvents extensions and {@code subject}. Those of an order's event are, as the order is after
     * the change, {@code device_id}, {@code partner_id}, {@code status}, {@code recipe_id}, and {@code data.<field>}
     * for the scalar fields of its data.
     */
    @Nullable String attribute(String name);
}
