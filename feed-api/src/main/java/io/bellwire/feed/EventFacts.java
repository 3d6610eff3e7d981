package io.bellwire.feed;

import org.jspecify.annotations.Nullable;

/**
 * What may be asked of an event before it is written, to decide where else it goes and how it rings. Made only if somebody
 * asks; used by the thread that it is handed to.
 */
public interface EventFacts {
    /** The CloudEvents type, such as {@code io.bellwire.order.created}. */
    String type();

    /** The source that another back end's event brought; {@code /v1/orders/feed} for what happens to orders. */
    String source();

    /**
     * The attribute as text, or null if the event has none of that name. Of another back end's event: its CloudEvents
     * extensions and {@code subject}. Of an order's, as the order is after the change: {@code device_id}, {@code partner_id},
     * {@code status}, {@code recipe_id}, and {@code data.<field>} for the scalar fields of its data.
     */
    @Nullable String attribute(String name);
}
