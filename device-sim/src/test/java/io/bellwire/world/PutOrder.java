package io.bellwire.world;

import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Write;
import io.bellwire.order.OrderId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The write of one version of an order: the first makes the order, each later one changes it. */
final class PutOrder implements Write<PutOrder.Done> {
    static final long NEW = 0;

    private final Feed feed;
    private final long key;

    /** @param key the order's, {@link #NEW} for one that is to be made */
    PutOrder(Feed feed, long key) {
        this.feed = feed;
        this.key = key;
    }

    /** What is acknowledged. */
    record Done(String orderId, long version) {}

    /** The version that an event is: all that the world's events say. */
    static long version(Event event) {
        return Long.parseLong(new String(event.tail(), StandardCharsets.US_ASCII));
    }

    static String orderId(long key) {
        return new OrderId(key).toString();
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of(feed);
    }

    @Override
    public Set<Long> orders() {
        return key == NEW ? Set.of() : Set.of(key);
    }

    @Override
    public int bytes() {
        return Long.BYTES;
    }

    @Override
    public Done decide(Group group) {
        long place = key == NEW ? group.nextPlace(feed) : key;
        Event before = group.order(place);
        long version = before == null ? 1 : version(before) + 1;
        byte[] tail = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
        group.putOrder(place, group.append(tail, 0, place, List.of(feed)));
        return new Done(orderId(place), version);
    }
}
