package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.OrderSnapshot;
import io.bellwire.device.net.FeedPages;
import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.PageJson;
import io.bellwire.log.Feed;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What devices read of a server, by the product's own classes: pages of their feeds, and snapshots. One thread. */
final class WorldReads {
    private static final int PAGE_MAX = 5;
    private static final int PART_MAX = 4;

    private final WorldServer server;
    private final FeedReader reader;
    private final OrderStore orders;
    private final WorldObserver observer;

    WorldReads(WorldServer server, FeedReader reader, OrderStore orders, WorldObserver observer) {
        this.server = server;
        this.reader = reader;
        this.orders = orders;
        this.observer = observer;
    }

    /** Completes at once, or, for a waiting read, with a change or at the end of the wait. */
    CompletionStage<FetchResult> page(DeviceId device, @Nullable DeviceCursor after, long waitMillis) {
        Feed feed = server.feed(device);
        return reader.read(
                        feed,
                        Optional.ofNullable(after).map(WorldReads::cursor),
                        PAGE_MAX,
                        Duration.ofMillis(waitMillis))
                .thenApply(result -> result.fold(
                        page -> page(feed, page),
                        reset -> new FetchResult.Reset(reset.reason().text(), cursor(reset.earliest()))));
    }

    private FetchResult page(Feed feed, FeedRead.Page page) {
        server.received(feed, page.next().position());
        if (page.isUpToDate() && page.next().revision().isBefore(feed.head())) {
            observer.reportViolation("a page of " + feed.id() + " up to " + page.next() + " says it is the last");
        }
        return new FetchResult.Page(changes(feed, page.changes()), cursor(page.next()), page.isUpToDate());
    }

    private List<FeedChange> changes(Feed feed, List<io.bellwire.log.Change> changes) {
        return FeedPages.changes(PageJson.render(feed.id(), feed.epoch(), changes));
    }

    FetchResult snapshot(DeviceId device, @Nullable String next) {
        Feed feed = server.feed(device);
        // read before the orders, so that no change is missed between the two
        DeviceCursor cursor = cursor(feed.cursor(feed.headPosition()));
        List<StoredOrder> part =
                orders.ofDevice(feed, next == null ? null : new OrderId(UUID.fromString(next)), PART_MAX);
        return new FetchResult.Snapshot(
                part.stream().map(WorldReads::order).toList(),
                cursor,
                part.size() < PART_MAX
                        ? null
                        : String.valueOf(part.get(PART_MAX - 1).id()));
    }

    private static OrderSnapshot order(StoredOrder stored) {
        io.bellwire.order.Order order = io.bellwire.order.Order.of(stored.latest());
        return new OrderSnapshot(order.id(), order.version(), "{}");
    }

    /** The device's changes after {@code after} up to {@code head} that the log still has. */
    List<FeedChange> kept(DeviceId device, long after, long head) {
        Feed feed = server.feed(device);
        return changes(feed, server.changes(feed, new Revision(after), new Revision(head)));
    }

    static io.bellwire.log.Cursor cursor(DeviceCursor cursor) {
        return io.bellwire.log.Cursor.parse(cursor.toString()).orElseThrow();
    }

    private static DeviceCursor cursor(io.bellwire.log.Cursor cursor) {
        return DeviceCursor.parse(cursor.toString()).orElseThrow();
    }
}
