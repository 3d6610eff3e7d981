package io.bellwire.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.CommandResult;
import io.bellwire.group.Recipients;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Durability;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Revision;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.Order;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.order.Refusal;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log with orders over any store, as the server has it, and what an order search of it must know. Used by one thread.
 */
final class OrdersInMemory implements AutoCloseable {
    static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");
    private static final OrderFilter ALL =
            new OrderFilter(Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final List<String> STEPS = List.of("accepted", "cancelled");

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final DataStore store;
    final EventLog log;
    private final OrderIds ids;
    private final List<OrderId> created = new ArrayList<>();

    /** @param random draws the ids of orders */
    OrdersInMemory(DataStore store, Random random) {
        Clock clock = Clock.fixed(MORNING, ZoneOffset.UTC);
        this.store = store;
        log = new EventLog(store, LogLimits.DEFAULT, clock, meters);
        ids = new OrderIds(clock, random);
    }

    /** A new log, which has the same epoch as each other log of this seed. */
    static OrdersInMemory ofSeed(long seed, Random random) {
        return new OrdersInMemory(SegmentStore.inMemory(new Random(seed)), random);
    }

    /** A new log with a segment for each record, so that retention can drop all but the last record. */
    static OrdersInMemory inManySegments(Random random) {
        SegmentOptions options = new SegmentOptions(Durability.PROCESS, 1, 1 << 20, false);
        AtomicLong nanos = new AtomicLong();
        return new OrdersInMemory(
                SegmentStore.open(
                        new MemoryFolder(),
                        options,
                        new Random(1),
                        () -> nanos.addAndGet(
                                TimeUnit.DAYS.toNanos(100)), // so that the wall clock determines the age of the log
                        MORNING.toEpochMilli(),
                        Runnable::run),
                random);
    }

    /** Creates one order of the device, and of the partner unless that is empty. */
    OrderId create(String device, String partner) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("device_id", device);
        List<Feed> feeds = new ArrayList<>();
        feeds.add(log.getOrCreateFeed(FeedId.ofDevice(new DeviceId(device))));
        feeds.add(log.getOrCreateFeed(FeedId.ORDERS));
        if (!partner.isEmpty()) {
            json.put("partner_id", partner);
        }
        OrderId id = submit(new CreateOrder(ids.next(), OrderDraft.of(json), Recipients.of(feeds)));
        created.add(id);
        return id;
    }

    /** Gives the order its next status. */
    void changeStatus(OrderId id, String status) {
        OrderTarget target = new OrderTarget(
                id,
                Recipients.of(List.of(log.getOrCreateFeed(FeedId.ORDERS))),
                store.orders().find(id).orElseThrow());
        OrderPatch patch = OrderPatch.of(new ObjectMapper().createObjectNode().put("status", status));
        submit(new ChangeOrder(target, PreparedOrderChange.of(target, patch, Precondition.NONE)));
    }

    private OrderId submit(io.bellwire.log.Write<CommandResult<Refusal>> write) {
        return new OrderId(Objects.requireNonNull(
                ((CommandResult.Done<Refusal>) log.submit(write).join()).subject()));
    }

    /** Creates and changes orders of several devices and partners, {@code changes} changes in all. */
    void createAndChange(Random random, int changes) {
        for (int i = 0; i < changes; i++) {
            Optional<OrderId> pending = created.isEmpty() || random.nextInt(3) > 0
                    ? Optional.empty()
                    : Optional.of(created.get(random.nextInt(created.size())))
                            .filter(id -> Order.of(store.orders().find(id).orElseThrow())
                                    .status()
                                    .isPending());
            if (pending.isPresent()) {
                changeStatus(pending.get(), STEPS.get(random.nextInt(STEPS.size())));
            } else {
                create("device-" + random.nextInt(5), random.nextBoolean() ? "" : "partner-" + random.nextInt(2));
            }
        }
    }

    /** An id that is no order's. */
    static OrderId anyOrderId() {
        return new OrderIds(Clock.fixed(MORNING, ZoneOffset.UTC), new Random(7)).next();
    }

    OrderFolder projector(QueryDatabase database) {
        return new OrderFolder(
                log, store.orders(), database, new CpuBudget(1), Clock.fixed(MORNING, ZoneOffset.UTC), () -> 0, meters);
    }

    /** Folds until nothing is left to fold. */
    void foldAll(OrderFolder projector) {
        do {
            long unused = projector.turn();
        } while (!projector.isFolded(projector.head()));
    }

    double count(String name) {
        return meters.get(name).counter().count();
    }

    /** The orders that the log holds now, as {@code ID DEVICE PARTNER STATUS}, sorted. */
    List<String> ordersInLog() {
        return store.orders().after(null, Integer.MAX_VALUE).stream()
                .map(stored -> Order.of(stored.latest()))
                .map(order -> text(
                        order.id(),
                        order.device().value(),
                        order.partner().orElse(""),
                        order.status().text()))
                .sorted()
                .toList();
    }

    private static String text(String id, String device, String partner, String status) {
        return String.join(" ", id, device, partner, status);
    }

    /** The same from the database; fails if its indexes or its counts differ from its rows. */
    static List<String> ordersInDatabase(QueryDatabase database) {
        List<String> rows = rows(database, "");
        for (String index : List.of("by_status", "by_device", "by_partner", "by_update")) {
            require(rows, rows(database, " USE INDEX (" + index + ")"), index);
        }
        Map<OrderStatus, Long> counted = new EnumMap<>(OrderStatus.class);
        rows.forEach(row -> counted.merge(
                OrderStatus.parse(row.substring(row.lastIndexOf(' ') + 1)).orElseThrow(), 1L, Long::sum));
        OrderPages pages = new OrderPages(database);
        OrderCounts counts = pages.counts(ALL, Revision.NONE);
        for (OrderStatus status : OrderStatus.values()) {
            require(counted.getOrDefault(status, 0L), counts.of(status), "the count of " + status);
        }
        Set<OrderId> found = new HashSet<>();
        pages.page(ALL, ALL.order().beginning(), 100_000, Revision.NONE)
                .orders()
                .forEach(order -> found.add(order.id()));
        require(rows.size(), found.size(), "what a search finds");
        return rows;
    }

    private static void require(Object expected, Object actual, String what) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + " differs from the rows: expected " + expected + ", found " + actual);
        }
    }

    private static List<String> rows(QueryDatabase database, String index) {
        return database
                .read(handle -> handle.createQuery(
                                "SELECT id, device_id, partner_id, status FROM orders" + index + " WHERE status > ''"
                                        + " AND device_id > '' AND updated_at > 0 AND (partner_id IS NULL OR partner_id > '')")
                        .map((row, context) -> text(
                                String.valueOf(row.getObject("id", UUID.class)),
                                row.getString("device_id"),
                                Optional.ofNullable(row.getString("partner_id")).orElse(""),
                                row.getString("status")))
                        .list())
                .stream()
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    @Override
    public void close() {
        log.close();
    }
}
