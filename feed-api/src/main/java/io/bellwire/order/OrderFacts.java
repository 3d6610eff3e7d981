package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.EventFacts;
import io.bellwire.feed.PageJson;
import io.bellwire.log.FeedId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may be asked of an order's event before it is written: the order as the change leaves it. */
public final class OrderFacts implements EventFacts {
    private static final Set<String> ATTRIBUTES = Set.of("device_id", "partner_id", "status", "recipe_id");
    private static final String DATA = "data.";

    private final String type;
    private final Order order;

    private OrderFacts(String type, Order order) {
        this.type = type;
        this.order = order;
    }

    /** Of the event that tells that the order is there. */
    public static EventFacts ofNew(OrderDraft draft) {
        return new OrderFacts(OrderEvent.CREATED, Order.of(draft));
    }

    /**
     * Of the event that tells of a change.
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
        return name.startsWith(DATA) ? text(order.field("data").path(name.substring(DATA.length()))) : null;
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
