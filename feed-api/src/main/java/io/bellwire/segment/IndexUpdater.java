package io.bellwire.segment;

import io.bellwire.log.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Adds the events, entries and responses of a record to the {@link MemoryIndex} of its segment. Used by one thread. */
final class IndexUpdater implements ItemVisitor {
    private final MemoryIndex index;
    private @Nullable EventItem event;

    IndexUpdater(MemoryIndex index) {
        this.index = index;
    }

    @Override
    public void event(EventItem item) {
        event = item;
        index.addEvent(item.eventNumber(), item.location());
        UUID order = item.order();
        if (order != null && item.isLatestOfOrder()) {
            index.addOrder(new OrderLocation(order, item.deviceFeedNumber(), item.location()));
        }
    }

    @Override
    public void entry(int feedNumber, Position position, boolean isCopy) {
        EventItem of = event;
        if (of == null) {
            throw new IllegalStateException("a change of feed " + feedNumber + " comes before any event");
        }
        index.addEntry(feedNumber, position.revision().value(), of.location(), position.chain());
    }

    @Override
    public void response(long keyHash, ItemLocation location) {
        index.addResponse(keyHash, location);
    }
}
