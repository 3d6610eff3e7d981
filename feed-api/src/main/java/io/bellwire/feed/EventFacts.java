package io.bellwire.feed;

import org.jspecify.annotations.Nullable;

/** What can be asked of an event to decide where it goes and how it rings. */
public interface EventFacts {
    /** Its CloudEvents type. */
    String type();

    /** Its CloudEvents source; of other back ends' events the one that they gave it. */
    String source();

    /**
     * One of its attributes as text: an extension by its name; of an order's event {@code device_id}, {@code partner_id},
     * {@code status} and {@code recipe_id}; {@code data.} and a name for a scalar field of its data. Null if it has none.
     */
    @Nullable String attribute(String name);
}
