package io.bellwire.world;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.CommandResult;
import io.bellwire.device.DeviceId;
import io.bellwire.group.Recipients;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Write;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.Order;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStore;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.order.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write of the order source: a new order, or a change of one. Immutable.
 *
 * @param orderId the order that is to change; null for a new one
 * @param recipe the recipe of a new order
 * @param volume distinguishes this version from all others
 */
record RequestedChange(DeviceId device, @Nullable String orderId, String recipe, long volume) {
    /** The acknowledged result. */
    record Granted(String orderId, long version) {}

    /**
     * The product's own command, for the feed of the device. A new order gets its id from {@code ids}; an order to
     * change is read from {@code store}.
     */
    Write<CommandResult<Refusal>> write(Feed feed, OrderStore store, OrderIds ids) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("volume", volume);
        if (orderId == null) {
            json.put("device_id", device.value()).put("recipe_id", recipe);
            return new CreateOrder(ids.next(), OrderDraft.of(json), Recipients.of(List.of(feed)));
        }
        OrderId id = OrderId.parse(orderId).orElseThrow();
        Event latest = store.find(id).orElseThrow();
        OrderTarget target = new OrderTarget(id, Recipients.of(List.of(feed)), latest);
        return new ChangeOrder(target, PreparedOrderChange.of(target, OrderPatch.of(json), Precondition.NONE));
    }

    static Granted granted(CommandResult<Refusal> result) {
        Event event = result instanceof CommandResult.Done<Refusal> done ? done.event() : null;
        if (event == null) {
            throw new IllegalStateException("refused: " + result);
        }
        Order order = Order.of(event);
        return new Granted(order.id(), order.version());
    }
}
