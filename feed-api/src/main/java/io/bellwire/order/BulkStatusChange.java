package io.bellwire.order;

import io.bellwire.log.Audiences;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Result;
import io.bellwire.log.Write;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The write that takes many orders a step further at once; one that cannot is told, and does not spoil the others. */
public final class BulkStatusChange implements Write<Result<Refusal>> {
    private static final int BYTES_PER_ITEM = 256;

    private final List<Item> items;
    private final Renderer renderer;
    private final int bytes;

    /**
     * One step.
     *
     * @param change the step, or why it is none
     */
    public record Item(String orderId, Optional<ChangeOrder> change, Optional<Refusal> refusal) {}

    /** How a refusal reads as JSON; the wire's business. */
    public interface Renderer {
        String problem(Refusal refusal);
    }

    public BulkStatusChange(List<Item> items, Renderer renderer) {
        this.items = List.copyOf(items);
        this.renderer = renderer;
        this.bytes = items.stream()
                .mapToInt(item ->
                        BYTES_PER_ITEM + item.change().map(ChangeOrder::bytes).orElse(0))
                .sum();
    }

    @Override
    public Set<Feed> feeds() {
        Set<Feed> feeds = new HashSet<>();
        items.forEach(item -> item.change().ifPresent(change -> feeds.addAll(change.feeds())));
        return feeds;
    }

    @Override
    public Audiences.Needs audiences() {
        Audiences.Needs needs = Audiences.Needs.NONE;
        for (Item item : items) {
            needs = needs.and(item.change().map(ChangeOrder::audiences).orElse(Audiences.Needs.NONE));
        }
        return needs;
    }

    @Override
    public Set<UUID> orders() {
        Set<UUID> orders = new HashSet<>();
        items.forEach(item -> item.change().ifPresent(change -> orders.addAll(change.orders())));
        return orders;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public Result<Refusal> decide(Group group) {
        StringBuilder json = new StringBuilder("{\"results\":[");
        for (int i = 0; i < items.size(); i++) {
            json.append(i == 0 ? "" : ",").append(decide(items.get(i), group));
        }
        json.append("]}");
        return new Result.Done<>(200, json.toString().getBytes(StandardCharsets.UTF_8), null, null);
    }

    private String decide(Item item, Group group) {
        String start = "{\"order_id\":\"" + item.orderId() + "\",";
        if (item.change().isEmpty()) {
            return start + refused(item.refusal().orElseThrow());
        }
        return item.change()
                .get()
                .decide(group)
                .fold(
                        done -> start + "\"result\":\"done\"," + state(done.event()) + "}",
                        repeated -> start,
                        refused -> start + refused(refused.why()),
                        mismatch -> start);
    }

    private static String state(@org.jspecify.annotations.Nullable Event event) {
        if (event == null) {
            throw new IllegalStateException("a change that is done has an event");
        }
        Order order = Order.of(event);
        return "\"status\":\"" + order.status().text() + "\",\"version\":" + order.version();
    }

    private String refused(Refusal refusal) {
        return "\"result\":\"refused\",\"problem\":" + renderer.problem(refusal) + "}";
    }
}
