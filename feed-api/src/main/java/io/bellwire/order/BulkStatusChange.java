package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The write that changes the status of many orders at once. An item that is refused is reported and does not affect the
 * others. If one of the orders has changed since the items were prepared, nothing is written, and the result is
 * {@link CommandResult.Outdated}.
 */
public final class BulkStatusChange implements PreparedWrite {
    private static final int BYTES_PER_ITEM = 256;

    private final List<BulkItem> items;
    private final RefusalTexts refusals;
    private final int bytes;

    /** @param items if several change one order, each is prepared against the order as the item before leaves it */
    public BulkStatusChange(Collection<BulkItem> items, RefusalTexts refusals) {
        this.items = List.copyOf(items);
        this.refusals = refusals;
        Set<OrderId> counted = new HashSet<>();
        this.bytes = BYTES_PER_ITEM * items.size()
                + changes()
                        .mapToInt(change ->
                                change.bytes() - (counted.add(change.target().id()) ? 0 : change.orderBytes()))
                        .sum();
    }

    private Stream<ChangeOrder> changes() {
        return items.stream().flatMap(item -> item.change().stream());
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        changes().forEach(change -> change.declareNeeds(needs));
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public List<Duration> decisionTimes() {
        return changes().flatMap(change -> change.decisionTimes().stream()).toList();
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch batch) {
        // before any item is decided, since a later item of an order is prepared against the event of the earlier one
        Map<EventNumber, Event> newest = new HashMap<>();
        changes()
                .flatMap(change -> change.newerThanPrepared(batch).stream())
                .forEach(event -> newest.put(event.eventNumber(), event));
        if (!newest.isEmpty()) {
            return new CommandResult.Outdated<>(List.copyOf(newest.values()));
        }
        StringBuilder json = new StringBuilder("{\"results\":[");
        for (int i = 0; i < items.size(); i++) {
            json.append(i == 0 ? "" : ",").append(items.get(i).decide(batch, refusals));
        }
        json.append("]}");
        return new CommandResult.Done<>(200, json.toString().getBytes(StandardCharsets.UTF_8), null, null);
    }
}
