package io.bellwire.segment;

import io.bellwire.log.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts what a record has into its segment's index. Used by one thread. */
final class IndexItems implements Items {
    private final OpenIndex index;
    private @Nullable EventItem event;

    IndexItems(OpenIndex index) {
        this.index = index;
    }

    @Override
    public void event(EventItem latest) {
        event = latest;
        index.addEvent(latest.seq(), latest.place());
        UUID order = latest.order();
        if (order != null && latest.isNewestOfOrder()) {
            index.addOrder(new OrderPlace(order, latest.owner(), latest.place()));
        }
    }

    @Override
    public void entry(int feed, Position position, boolean isCarried) {
        EventItem of = event;
        if (of == null) {
            throw new IllegalStateException("a change of feed " + feed + " comes before any event");
        }
        index.addEntry(feed, position.revision(), of.place(), position.chain());
    }

    @Override
    public void response(long keyHash, ItemPlace place) {
        index.addResponse(keyHash, place);
    }
}
