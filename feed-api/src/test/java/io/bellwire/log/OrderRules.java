package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every store does with orders, the leases on them, and stored responses. */
interface OrderRules {
    OrderId NO_ORDER = LogStoreFixture.orderId(4711);
    long UNTIL = LogStoreFixture.MORNING.plusSeconds(30).toEpochMilli();

    LogStoreFixture fixture();

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    private static byte[] digest(int token) {
        return new byte[] {(byte) token, 2, 3};
    }

    private static void look(LogStoreFixture fixture, Set<OrderId> orders, Consumer<WriteBatch> look) {
        fixture.write(LogStoreFixture.needs(Set.of(), orders, Set.of()), LogStoreFixture.MORNING, look);
    }

    private void putLock(OrderId order, OrderLock lock) {
        look(fixture(), Set.of(order), batch -> batch.put(OrderStore.LOCKS, order, lock));
    }

    private static void assertLock(OrderLock lock, byte[] digest, long untilMillis) {
        assertNotNull(lock);
        assertTrue(lock.matches(digest));
        assertEquals(untilMillis, lock.untilMillis());
    }

    @Test
    default void ordersAreFoundByTheirIdsInTheOrderOfIds() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        OrderId six = fixture().makeOrder(LogStoreFixture.MORNING, "order-6", fryer);
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7", grill);
        OrderId eight = fixture().makeOrder(LogStoreFixture.MORNING, "order-8", grill);
        fixture().changeOrder(LogStoreFixture.MORNING, seven, "order-7 again", grill);

        List<StoredOrder> found = fixture()
                .store()
                .orders()
                .find(List.of(eight, six, NO_ORDER, seven, LogStoreFixture.orderId(0), seven));

        assertEquals(
                List.of(seven, eight, six).stream().sorted().toList(),
                found.stream().map(StoredOrder::id).toList());
        assertEquals(
                Set.of("order-6", "order-7 again", "order-8"),
                Set.copyOf(found.stream()
                        .map(order -> LogStoreFixture.data(order.latest()))
                        .toList()));
        assertTrue(fixture().store().orders().find(List.of()).isEmpty());
        assertTrue(fixture().store().orders().find(List.of(NO_ORDER)).isEmpty());
    }

    @Test
    default void groupFindsTheNewestEventOfAnOrderItsOwnIncluded() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "new", grill);
        fixture().changeOrder(LogStoreFixture.MORNING, seven, "accepted", grill);

        fixture()
                .write(
                        LogStoreFixture.needs(Set.of(grill), Set.of(seven, NO_ORDER), Set.of()),
                        LogStoreFixture.MORNING,
                        batch -> {
                            assertNull(LogStoreFixture.order(batch, NO_ORDER));
                            assertEquals("accepted", LogStoreFixture.data(LogStoreFixture.order(batch, seven)));
                            Event ready = LogStoreFixture.putOrder(batch, seven, "ready", grill);
                            assertEquals(ready, LogStoreFixture.order(batch, seven));
                        });

        assertEquals(
                "ready",
                LogStoreFixture.data(reopened().store().orders().find(seven).orElseThrow()));
    }

    @Test
    default void lockIsKeptUntilItIsPutAnewOrTakenAway() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7", grill);
        OrderId eight = fixture().makeOrder(LogStoreFixture.MORNING, "order-8", grill);
        look(fixture(), Set.of(seven, eight), batch -> {
            assertNull(batch.get(OrderStore.LOCKS, seven));
            batch.put(OrderStore.LOCKS, seven, new OrderLock(digest(1), UNTIL));
            assertLock(batch.get(OrderStore.LOCKS, seven), digest(1), UNTIL);
        });

        look(reopened(), Set.of(seven, eight), batch -> {
            assertLock(batch.get(OrderStore.LOCKS, seven), digest(1), UNTIL);
            assertNull(batch.get(OrderStore.LOCKS, eight), "no other order is locked");
        });

        putLock(seven, new OrderLock(digest(2), UNTIL + 1));
        look(fixture(), Set.of(seven), batch -> assertLock(batch.get(OrderStore.LOCKS, seven), digest(2), UNTIL + 1));

        look(fixture(), Set.of(seven), batch -> {
            batch.remove(OrderStore.LOCKS, seven);
            assertNull(batch.get(OrderStore.LOCKS, seven), "the rest of the group sees it");
        });
        look(reopened(), Set.of(seven), batch -> assertNull(batch.get(OrderStore.LOCKS, seven)));
    }

    @Test
    default void lockOfADecisionThatThrowsIsNotKept() {
        OrderId seven = fixture()
                .makeOrder(LogStoreFixture.MORNING, "order-7", fixture().grill());
        OrderId eight = fixture()
                .makeOrder(LogStoreFixture.MORNING, "order-8", fixture().grill());
        putLock(seven, new OrderLock(digest(1), UNTIL));

        assertThrows(
                IllegalArgumentException.class,
                () -> look(fixture(), Set.of(seven, eight), batch -> {
                    batch.remove(OrderStore.LOCKS, seven);
                    batch.put(OrderStore.LOCKS, eight, new OrderLock(digest(1), UNTIL));
                    throw new IllegalArgumentException("no");
                }));

        look(fixture(), Set.of(seven, eight), batch -> {
            assertLock(batch.get(OrderStore.LOCKS, seven), digest(1), UNTIL);
            assertNull(batch.get(OrderStore.LOCKS, eight));
        });
    }

    @Test
    default void lockHoldsUpToItsEnd() {
        OrderLock lock = new OrderLock(digest(1), UNTIL);

        assertTrue(lock.isHeldAt(UNTIL - 1));
        assertFalse(lock.isHeldAt(UNTIL));
        assertFalse(lock.matches(digest(2)));
    }

    @Test
    default void lockIsAcknowledgedToSomebody() {
        OrderId seven = fixture()
                .makeOrder(LogStoreFixture.MORNING, "order-7", fixture().grill());

        WriteBatch batch = fixture()
                .write(
                        LogStoreFixture.needs(Set.of(), Set.of(seven), Set.of()),
                        LogStoreFixture.MORNING,
                        g -> g.put(OrderStore.LOCKS, seven, new OrderLock(digest(1), UNTIL)));

        assertTrue(batch.isAcknowledged(), "it must be on disk before its taker is told");
    }

    @Test
    default void lockThatHasEndedIsForgottenAndOthersStay() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7", grill);
        OrderId eight = fixture().makeOrder(LogStoreFixture.MORNING, "order-8", grill);
        putLock(seven, new OrderLock(digest(1), UNTIL));
        putLock(eight, new OrderLock(digest(1), UNTIL + 1));

        fixture().store().orders().deleteLocksBefore(UNTIL + 1);

        look(fixture(), Set.of(seven, eight), batch -> {
            assertNull(batch.get(OrderStore.LOCKS, seven));
            assertLock(batch.get(OrderStore.LOCKS, eight), digest(1), UNTIL + 1);
        });
    }

    @Test
    default void answerKeepsItsStatusAndItsBody() {
        IdempotencyKey bulk = IdempotencyKey.of("test", "bulk");
        IdempotencyKey unlock = IdempotencyKey.of("test", "unlock");
        byte[] body = "{\"results\":[\"\u00e4\u20ac\"]}".getBytes(StandardCharsets.UTF_8);
        Instant at = LogStoreFixture.MORNING.plusMillis(7);
        BatchNeeds needs = LogStoreFixture.needs(Set.of(), Set.of(), Set.of(bulk, unlock));
        fixture().write(needs, at, batch -> {
            LogStoreFixture.store(
                    batch, new StoredResponse(bulk, digest(1), null, EventNumber.NONE, 200, body, at.toEpochMilli()));
            LogStoreFixture.store(
                    batch,
                    new StoredResponse(
                            unlock,
                            digest(2),
                            NO_ORDER.value(),
                            EventNumber.NONE,
                            204,
                            new byte[0],
                            at.toEpochMilli()));
        });

        reopened().write(needs, LogStoreFixture.MORNING, batch -> {
            StoredResponse changed = batch.get(StoredResponse.TYPE, bulk);
            assertEquals(200, changed.status());
            assertArrayEquals(body, changed.body());
            assertArrayEquals(digest(1), changed.fingerprint());
            assertEquals(EventNumber.NONE, changed.event());
            assertEquals(at.toEpochMilli(), changed.atMillis());
            StoredResponse unlocked = batch.get(StoredResponse.TYPE, unlock);
            assertEquals(204, unlocked.status());
            assertEquals(0, unlocked.body().length);
            assertEquals(NO_ORDER.value(), unlocked.subject());
        });
    }
}
