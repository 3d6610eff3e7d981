package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.order.OrderId;
import io.bellwire.order.StoredOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How every store reads what was written. */
interface ReadingRules {
    LogStoreFixture fixture();

    /** Six groups that give the grill's feed runs of several lengths: in one row each, and broken by the fryer's. */
    private List<String> writeRuns(Feed grill, Feed fryer) {
        List<String> expected = new ArrayList<>();
        for (int length : new int[] {1, 5, 3, 1, 7, 2}) {
            fixture().write(Set.of(grill, fryer), group -> {
                LogStoreFixture.append(group, "fish", fryer);
                for (int i = 0; i < length; i++) {
                    String steak = "steak-" + (expected.size() + 1);
                    LogStoreFixture.append(group, steak, grill);
                    expected.add(expected.size() + 1 + "=" + steak);
                    if (i == 2) {
                        LogStoreFixture.append(group, "chips", fryer);
                    }
                }
            });
        }
        return expected;
    }

    @Test
    default void readingFromEveryOffsetWithEveryLimitGivesExactlyThatSlice() {
        Feed grill = fixture().grill();
        List<String> all = writeRuns(grill, fixture().fryer());

        for (int after = 0; after <= all.size(); after++) {
            for (int limit : new int[] {1, 2, 3, 5, 8, 100}) {
                List<String> slice = all.subList(after, Math.min(all.size(), after + limit));
                assertEquals(slice, fixture().read(grill, after, limit), "after " + after + ", limit " + limit);
            }
        }
    }

    @Test
    default void nothingPastTheGivenHeadIsRead() {
        Feed grill = fixture().grill();
        List<String> all = writeRuns(grill, fixture().fryer());

        for (int head = 0; head <= all.size(); head++) {
            List<String> read = fixture()
                    .store()
                    .read(grill, Revision.NONE, new Revision(head), 100, LogStoreFixture.NO_BYTES_LIMIT)
                    .stream()
                    .map(LogStoreFixture::text)
                    .toList();
            assertEquals(all.subList(0, head), read);
        }
        assertTrue(fixture()
                .store()
                .read(grill, new Revision(all.size() + 5), new Revision(all.size()), 1, 1)
                .isEmpty());
    }

    @Test
    default void chainOfAChangeIsMadeOfAllBeforeItWhereverReadingBegins() {
        Feed grill = fixture().grill();
        int count = writeRuns(grill, fixture().fryer()).size();
        fixture().write(Set.of(grill), group -> {
            for (int i = 0; i < 150; i++) {
                LogStoreFixture.append(group, "in one group " + i, grill);
            }
        });
        int head = count + 150;
        List<Change> all =
                fixture().store().read(grill, Revision.NONE, new Revision(head), head, LogStoreFixture.NO_BYTES_LIMIT);

        int chain = Chain.START;
        for (Change change : all) {
            chain = Chain.next(chain, change.event().checksum());
            assertEquals(chain, change.chain(), "revision " + change.revision());
            assertEquals(
                    List.of(change.position()),
                    fixture()
                            .store()
                            .read(
                                    grill,
                                    change.revision().previous(),
                                    new Revision(head),
                                    1,
                                    LogStoreFixture.NO_BYTES_LIMIT)
                            .stream()
                            .map(Change::position)
                            .toList());
        }
        assertEquals(
                new Position(new Revision(head), chain),
                fixture().stored(LogStoreFixture.GRILL).headPosition());
        assertEquals(new Position(new Revision(head), chain), grill.headPosition(), "in memory as in the store");
    }

    @Test
    default void eventIsReadWithTheChecksumThatItWasWrittenWith() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7", grill);
        Event created = grill.recentAt(new Revision(1));

        Event read = fixture().store().orders().find(seven).orElseThrow();

        assertEquals(created.checksum(), read.checksum());
        assertEquals(
                read.checksum(),
                new Event(EventNumber.NONE, read.atMillis(), read.json(), read.subject()).checksum(),
                "of its time, its subject and its JSON");
        for (Event other : List.of(
                new Event(EventNumber.NONE, read.atMillis() + 1, read.json(), read.subject()),
                new Event(EventNumber.NONE, read.atMillis(), read.json(), null),
                new Event(EventNumber.NONE, read.atMillis(), LogStoreFixture.json("order-8"), read.subject()))) {
            assertNotEquals(read.checksum(), other.checksum());
        }
    }

    @Test
    default void feedsOfOneLogHaveEpochsOfTheirOwn() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();

        assertNotEquals(grill.epoch(), fryer.epoch());
        assertNotEquals(fixture().store().epoch(), grill.epoch());
        assertEquals(grill.epoch(), fixture().stored(LogStoreFixture.GRILL).epoch());
        assertEquals(Epoch.ofFeed(fixture().store().epoch(), LogStoreFixture.GRILL), grill.epoch());
    }

    @Test
    default void pageEndsBeforeItPassesItsBytesButHoldsAtLeastOneChange() {
        Feed grill = fixture().grill();
        for (String meal : List.of("1234", "5678", "9012")) {
            fixture().append(meal, grill);
        }
        int one = LogStoreFixture.json("1234").length();

        assertEquals(
                1,
                fixture()
                        .store()
                        .read(grill, Revision.NONE, new Revision(3), 100, 1)
                        .size());
        assertEquals(
                1,
                fixture()
                        .store()
                        .read(grill, Revision.NONE, new Revision(3), 100, 2L * one - 1)
                        .size());
        assertEquals(
                2,
                fixture()
                        .store()
                        .read(grill, Revision.NONE, new Revision(3), 100, 2L * one)
                        .size());
        assertEquals(
                1,
                fixture()
                        .store()
                        .read(grill, new Revision(2), new Revision(3), 100, 2L * one)
                        .size());
    }

    @Test
    default void longFeedIsReadWholeInOnePage() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        fixture().write(Set.of(grill, fryer), group -> {
            for (int i = 0; i < 350; i++) {
                LogStoreFixture.append(group, "g", grill);
                if (i % 3 == 0) {
                    LogStoreFixture.append(group, "f", fryer);
                }
            }
        });

        List<Change> page =
                fixture().store().read(grill, Revision.NONE, new Revision(350), 1_000, LogStoreFixture.NO_BYTES_LIMIT);

        assertEquals(350, page.size());
        assertEquals(new Revision(350), page.get(349).revision());
    }

    @Test
    default void timesOfManyFeedsAreThoseOfTheirChanges() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        Feed empty = fixture().orders();
        Instant noon = LogStoreFixture.MORNING.plusSeconds(4 * 3600);
        fixture().append("a", grill, fryer);
        fixture().appendAt(noon, "b", grill);

        assertEquals(
                Map.of(grill, noon.toEpochMilli(), fryer, LogStoreFixture.MORNING.toEpochMilli()),
                fixture()
                        .store()
                        .timesOf(Map.of(grill, new Revision(2), fryer, new Revision(1), empty, new Revision(1))));
        assertEquals(Map.of(), fixture().store().timesOf(Map.of(grill, new Revision(3))));
        assertEquals(Map.of(), fixture().store().timesOf(new HashMap<>()));
    }

    @Test
    default void orderIsReadAsOfItsNewestChange() {
        Feed grill = fixture().grill();
        Feed orders = fixture().orders();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7, new", grill, orders);
        OrderId eight = fixture().makeOrder(LogStoreFixture.MORNING, "order-8, new", grill, orders);

        fixture().changeOrder(LogStoreFixture.MORNING, seven, "order-7, done", grill, orders);

        assertEquals(
                "order-7, done",
                LogStoreFixture.data(fixture().store().orders().find(seven).orElseThrow()));
        assertEquals(
                "order-8, new",
                LogStoreFixture.data(fixture().store().orders().find(eight).orElseThrow()));
        assertEquals(
                seven.value(),
                fixture().store().orders().find(seven).orElseThrow().subject());
        assertTrue(
                fixture().store().orders().find(LogStoreFixture.orderId(4711)).isEmpty());
        assertEquals(
                List.of("1=order-7, new", "2=order-8, new", "3=order-7, done"),
                fixture().read(grill, 0, 10));
    }

    @Test
    default void changeOfAnOrderSeesWhatTheGroupHasDoneToItBefore() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "new", grill);
        OrderId missing = LogStoreFixture.orderId(4711);

        fixture()
                .write(
                        LogStoreFixture.needs(Set.of(grill), Set.of(seven, missing), Set.of()),
                        LogStoreFixture.MORNING,
                        group -> {
                            assertEquals("new", LogStoreFixture.data(LogStoreFixture.order(group, seven)));
                            Event unused = LogStoreFixture.putOrder(group, seven, "ready", grill);
                            assertEquals("ready", LogStoreFixture.data(LogStoreFixture.order(group, seven)));
                            assertEquals(null, LogStoreFixture.order(group, missing));
                        });
    }

    @Test
    default void ordersOfADeviceAreListedInPagesInTheOrderOfTheirCreation() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        List<OrderId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(fixture().makeOrder(LogStoreFixture.MORNING, "grill's " + i, grill));
            fixture().makeOrder(LogStoreFixture.MORNING, "fryer's " + i, fryer);
        }
        fixture().changeOrder(LogStoreFixture.MORNING, ids.get(1), "grill's 1, done", grill);

        List<String> listed = new ArrayList<>();
        OrderId after = null;
        for (int page = 0; page < 3; page++) {
            List<StoredOrder> orders = fixture().store().orders().ofDevice(grill, after, 2);
            assertEquals(page < 2 ? 2 : 1, orders.size());
            for (StoredOrder order : orders) {
                listed.add(LogStoreFixture.data(order.latest()));
                after = order.id();
            }
        }
        assertEquals(List.of("grill's 0", "grill's 1, done", "grill's 2", "grill's 3", "grill's 4"), listed);
        assertTrue(fixture().store().orders().ofDevice(grill, after, 2).isEmpty());
    }

    @Test
    default void allOrdersAreListedOnceEachInPagesByTheirId() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        Set<String> created = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            for (Feed device : List.of(grill, fryer)) {
                fixture().makeOrder(LogStoreFixture.MORNING, device.id() + " " + i, device);
                created.add(device.id() + " " + i);
            }
        }
        OrderId changed = fixture().makeOrder(LogStoreFixture.MORNING, "new", grill);
        fixture().changeOrder(LogStoreFixture.MORNING, changed, "done", grill);
        created.add("done");

        List<String> listed = new ArrayList<>();
        OrderId after = null;
        for (List<StoredOrder> page = fixture().store().orders().after(after, 2);
                !page.isEmpty();
                page = fixture().store().orders().after(after, 2)) {
            assertTrue(page.size() <= 2);
            for (StoredOrder order : page) {
                assertTrue(after == null || order.id().compareTo(after) > 0, "in the order of ids");
                listed.add(LogStoreFixture.data(order.latest()));
                after = order.id();
            }
        }
        assertEquals(created.size(), listed.size());
        assertEquals(created, new HashSet<>(listed));
    }
}
