package io.bellwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Cursor;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStatus;
import io.bellwire.query.FoundOrders.Found;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every search finds what a filter of all rows would find, and reads few rows. */
class OrderPagesTest {
    private static final int ORDERS = 25_000;
    private static final FoldedPosition POSITION =
            new FoldedPosition(new Cursor(new Epoch("k3v9x2m4qd"), new Revision(1), 0), Optional.empty());

    private static final Random RANDOM = new Random(9);
    private static final List<OrderRow> ROWS = new ArrayList<>();
    private static QueryDatabase database;
    private static OrderPages pages;

    @BeforeAll
    static void fill() {
        database = QueryDatabase.inMemory("pages", 2);
        database.open();
        pages = new OrderPages(database);
        OrderTableWriter projection = new OrderTableWriter(database);
        for (int i = 1; i <= ORDERS; i++) {
            ROWS.add(row(i));
            if (i % 5_000 == 0) {
                projection.fold(shuffled(i - 5_000, i), POSITION);
            }
        }
    }

    /** Rows in the order of a scan, which is not that of creation. */
    private static List<OrderRow> shuffled(int from, int to) {
        List<OrderRow> shuffled = new ArrayList<>(ROWS.subList(from, to));
        Collections.shuffle(shuffled, RANDOM);
        return shuffled;
    }

    /**
     * A row. Nearly all orders are delivered, several are created in one millisecond, and those of the partner
     * {@code rare} are the first that were created and the last that changed.
     */
    private static OrderRow row(int i) {
        String status = RANDOM.nextInt(200) > 0 ? "delivered" : RANDOM.nextBoolean() ? "new" : "rejected";
        String partner = i <= 20 ? "rare" : RANDOM.nextInt(3) == 0 ? null : "partner-" + RANDOM.nextInt(2);
        return new OrderRow(
                new OrderId(new UUID(
                        (1_000L + i / 3) << 16 | 0x7000 | RANDOM.nextInt(1 << 12), 1L << 63 | RANDOM.nextLong() >>> 2)),
                "device-" + RANDOM.nextInt(3),
                partner,
                status,
                null,
                1,
                1_000 + (i <= 20 ? ORDERS : RANDOM.nextInt(ORDERS)));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static List<OrderId> expected(OrderFilter filter) {
        Comparator<OrderRow> order = filter.since().isPresent()
                ? Comparator.comparingLong(OrderRow::updatedMillis).thenComparing(OrderRow::id)
                : Comparator.comparing(OrderRow::id).reversed();
        return ROWS.stream()
                .filter(row -> filter.statuses().isEmpty()
                        || filter.statuses().stream()
                                .anyMatch(status -> status.text().equals(row.status())))
                .filter(row -> filter.device()
                        .map(device -> device.value().equals(row.device()))
                        .orElse(true))
                .filter(row -> filter.partner()
                        .map(partner -> partner.equals(row.partner()))
                        .orElse(true))
                .filter(row -> filter.since()
                        .map(since -> row.updatedMillis() >= since.toEpochMilli())
                        .orElse(true))
                .sorted(order)
                .map(OrderRow::id)
                .toList();
    }

    private static OrderFilter anyFilter() {
        Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);
        for (OrderStatus status : OrderStatus.values()) {
            if (RANDOM.nextInt(5) == 0) {
                statuses.add(status);
            }
        }
        return new OrderFilter(
                statuses,
                RANDOM.nextBoolean() ? Optional.empty() : Optional.of(new DeviceId("device-" + RANDOM.nextInt(4))),
                RANDOM.nextBoolean() ? Optional.empty() : Optional.of("partner-" + RANDOM.nextInt(2)),
                RANDOM.nextInt(3) > 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(1_000 + RANDOM.nextInt(ORDERS))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void pagesTogetherAreAllOrdersThatMeetTheFilterInTheirOrder(int seed) {
        RANDOM.setSeed(seed);
        OrderFilter filter = anyFilter();
        int limit = 100 + RANDOM.nextInt(900);
        List<OrderId> found = new ArrayList<>();
        Optional<SearchCursor> next = Optional.of(filter.order().beginning());
        while (next.isPresent()) {
            FoundOrders page = pages.page(filter, next.get(), limit, Revision.NONE);
            assertTrue(page.orders().size() <= limit);
            page.orders().stream().map(Found::id).forEach(found::add);
            next = page.next()
                    .map(cursor -> SearchCursor.parse(cursor.toString(), filter).orElseThrow());
        }

        assertEquals(expected(filter), found, filter.toString());
    }

    @Test
    void searchForRareOrdersReadsABoundedNumberOfRowsAndSaysWhereToGoOn() {
        OrderFilter filter =
                new OrderFilter(Set.of(), Optional.empty(), Optional.of("rare"), Optional.of(Instant.ofEpochMilli(0)));

        FoundOrders first = pages.page(filter, filter.order().beginning(), 10, Revision.NONE);
        assertEquals(List.of(), first.orders());
        FoundOrders second = pages.page(filter, first.next().orElseThrow(), 10, Revision.NONE);
        assertEquals(List.of(), second.orders());
        FoundOrders third = pages.page(filter, second.next().orElseThrow(), 10, Revision.NONE);

        assertEquals(
                expected(filter).subList(0, 10),
                third.orders().stream().map(Found::id).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {OrderPages.BY_STATUS, OrderPages.BY_DEVICE, OrderPages.BY_PARTNER, OrderPages.BY_UPDATE})
    void pageIsReadFromAnIndexInItsOrder(String sql) {
        List<Object> firsts = Map.of(
                        OrderPages.BY_STATUS, List.<Object>of("delivered"),
                        OrderPages.BY_DEVICE, List.<Object>of(0L, "device-1"),
                        OrderPages.BY_PARTNER, List.<Object>of(0L, "partner-1"),
                        OrderPages.BY_UPDATE, List.<Object>of(2_000L))
                .get(sql);
        String plan = database.read(handle -> {
            Query query = handle.createQuery("EXPLAIN ANALYZE " + sql);
            int parameter = 0;
            for (Object first : firsts) {
                query.bind(parameter++, first);
            }
            if (sql.equals(OrderPages.BY_UPDATE)) {
                query.bind(parameter++, 2_000L).bind(parameter++, 2_000L);
            }
            return query.bind(parameter++, new UUID(2_000L << 16, 0))
                    .bind(parameter, 20)
                    .mapTo(String.class)
                    .one();
        });

        assertTrue(plan.contains("/* index sorted */"), plan);
        int looked = Integer.parseInt(plan.replaceAll("(?s).*scanCount: (\\d+).*", "$1"));
        assertTrue(looked <= 25, plan);
    }

    @Test
    void slicesAreAsManyAsTheirSizeAllows() {
        int slices = database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM slices")
                .mapTo(Integer.class)
                .one());

        assertTrue(slices > 2 && slices <= 1 + ORDERS / CreationSlices.ORDERS_MIN, "" + slices);
    }

    @Test
    void indexByStatusIsReadIfFewOrdersHaveTheStatus() {
        OrderFilter filter = new OrderFilter(
                Set.of(OrderStatus.NEW), Optional.of(new DeviceId("device-1")), Optional.empty(), Optional.empty());

        FoundOrders page = pages.page(filter, filter.order().beginning(), 1_000, Revision.NONE);

        assertEquals(expected(filter), page.orders().stream().map(Found::id).toList());
        assertTrue(page.next().isEmpty(), "the device has more orders than are read for one page");
    }

    @Test
    void countsOfADeviceAndOfAPartnerAreThoseOfTheirRows() {
        for (OrderFilter filter : List.of(
                filter(Optional.empty(), Optional.empty()),
                filter(Optional.of("device-2"), Optional.empty()),
                filter(Optional.empty(), Optional.of("partner-1")),
                filter(Optional.of("device-2"), Optional.of("partner-1")),
                filter(Optional.of("nobody"), Optional.of("nobody")))) {
            assertEquals(
                    expected(filter).size(), pages.counts(filter, Revision.NONE).total(), filter.toString());
        }
    }

    private static OrderFilter filter(Optional<String> device, Optional<String> partner) {
        return new OrderFilter(Set.of(), device.map(DeviceId::new), partner, Optional.empty());
    }
}
