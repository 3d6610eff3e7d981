package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.EventFacts;
import io.bellwire.feed.PageJson;
import io.bellwire.log.FeedId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@link EventFacts} of an order's event before it is written: the order as the event leaves it. */
public final class OrderFacts implements EventFacts {
    private static final Set<String> ATTRIBUTES = Set.of("device_id", "partner_id", "status", "recipe_id");
    private static final String DATA_PREFIX = "data.";

    private final String type;
    private final Order order;

    private OrderFacts(String type, Order order) {
        this.type = type;
        this.order = order;
    }

    /** The facts of the event that creates the order. */
    public static EventFacts ofNew(OrderDraft draft) {
        return new OrderFacts(OrderEvent.CREATED, Order.of(draft));
    }

    /**
     * The facts of the event that changes the order.
     *
     * @param after the order as the change leaves it
     */
    static EventFacts ofChange(String type, Order after) {
        return new OrderFacts(type, after);
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String source() {
        return PageJson.source(FeedId.ORDERS);
    }

    @Override
    public @Nullable String attribute(String name) {
        if (ATTRIBUTES.contains(name)) {
            return text(order.field(name));
        }
        return name.startsWith(DATA_PREFIX)
                ? text(order.field("data").path(name.substring(DATA_PREFIX.length())))
                : null;
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
