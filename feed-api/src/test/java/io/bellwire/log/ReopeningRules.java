package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.order.OrderId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every durable store still has when it is opened again. */
interface ReopeningRules {
    LogStoreFixture fixture();

    /** The same log as the next process finds it; {@link #fixture} is that one from now on. */
    LogStoreFixture reopen(boolean newEpoch);

    @Test
    default void epochStaysTheSameUnlessANewOneIsAskedFor() {
        Epoch epoch = fixture().store().epoch();

        assertEquals(epoch, reopen(false).store().epoch());
        Epoch fresh = reopen(true).store().epoch();
        assertNotEquals(epoch, fresh);
        assertEquals(fresh, reopen(false).store().epoch());
    }

    @Test
    default void reopenedStoreGoesOnWithRevisionsAndNumbers() {
        Feed grill = fixture().grill();
        fixture().append("a", grill);
        Event last = fixture().append("b", grill, fixture().orders());

        LogStoreFixture next = reopen(false);
        Feed reopened = next.stored(LogStoreFixture.GRILL);
        assertEquals(grill.feedNumber(), reopened.feedNumber());
        assertEquals(new Revision(2), reopened.head());
        Event event = next.append("c", reopened);

        assertTrue(event.eventNumber().compareTo(last.eventNumber()) > 0);
        assertEquals(List.of("1=a", "2=b", "3=c"), next.read(reopened, 0, 10));
        assertEquals(List.of("1=b"), next.read(next.stored(FeedId.ORDERS), 0, 10));
    }

    @Test
    default void reopenedStoreGoesOnWithTheSameChains() {
        Feed grill = fixture().grill();
        fixture().append("a", grill);
        fixture().append("b", grill);
        List<Change> before =
                fixture().store().read(grill, Revision.NONE, new Revision(2), 10, LogStoreFixture.NO_BYTES_LIMIT);

        LogStoreFixture next = reopen(false);
        Feed reopened = next.stored(LogStoreFixture.GRILL);
        assertEquals(grill.epoch(), reopened.epoch());
        assertEquals(before.get(1).position(), reopened.headPosition());
        Event third = next.append("c", reopened);

        List<Change> after =
                next.store().read(reopened, Revision.NONE, new Revision(3), 10, LogStoreFixture.NO_BYTES_LIMIT);
        assertEquals(before.get(0).position(), after.get(0).position());
        assertEquals(before.get(1).position(), after.get(1).position());
        assertEquals(
                Chain.next(before.get(1).chain(), third.checksum()),
                after.get(2).chain());
        assertNotEquals(
                grill.epoch(), reopen(true).stored(LogStoreFixture.GRILL).epoch());
    }

    @Test
    default void reopenedStoreKnowsOrdersAnswersAndPositions() {
        Feed grill = fixture().grill();
        IdempotencyKey key = IdempotencyKey.of("test", "breakfast");
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "order-7", grill);
        fixture().write(Set.of(grill), group -> {
            LogStoreFixture.store(
                    group,
                    new StoredResponse(
                            key,
                            new byte[] {7},
                            seven.value(),
                            new EventNumber(1),
                            group.now().toEpochMilli()));
            group.acknowledge(grill, grill.headPosition());
            group.received(grill, grill.headPosition());
        });

        LogStoreFixture next = reopen(false);

        Feed reopened = next.stored(LogStoreFixture.GRILL);
        assertEquals(new Revision(1), reopened.processed());
        assertEquals(new Revision(1), reopened.received());
        assertEquals(
                "order-7",
                LogStoreFixture.data(next.store().orders().find(seven).orElseThrow()));
        next.write(
                LogStoreFixture.needs(Set.of(reopened), Set.of(seven), Set.of(key)), LogStoreFixture.MORNING, group -> {
                    assertNotNull(group.get(StoredResponse.TYPE, key));
                    assertNotNull(LogStoreFixture.order(group, seven));
                });
    }
}
