package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.order.OrderId;
import io.bellwire.runtime.Sha256;
import io.bellwire.store.DataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store does with a batch of writes. */
interface WritingRules {
    LogStoreFixture fixture();

    @Test
    default void feedIsMadeOnceAndStartsEmpty() {
        Feed grill = fixture().grill();
        Feed again = fixture().grill();

        assertEquals(grill.feedNumber(), again.feedNumber());
        assertEquals(Revision.NONE, grill.head());
        assertEquals(new Revision(1), grill.first());
        assertNotEquals(grill.feedNumber(), fixture().fryer().feedNumber());
    }

    @Test
    default void feedThatIsMadeByManyAtOnceIsOneFeed() throws Exception {
        DataStore store = fixture().store();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                FeedId feed = new FeedId("devices/round-" + round);
                List<Future<Feed>> created = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    created.add(threads.submit(() -> LogStoreFixture.make(store, feed)));
                }
                FeedNumber feedNumber = created.get(0).get().feedNumber();
                for (Future<Feed> one : created) {
                    assertEquals(feedNumber, one.get().feedNumber());
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    default void feedThatIsMadeCanBeAppendedToInTheSameGroup() {
        Feed grill = fixture().grill();
        fixture().append("a", grill);

        WriteBatch batch = fixture()
                .write(
                        fixture().named(Set.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER), Set.of()),
                        LogStoreFixture.MORNING,
                        both -> {
                            Feed there = both.feed(LogStoreFixture.GRILL);
                            Feed fresh = both.feed(LogStoreFixture.FRYER);
                            assertEquals(new Revision(1), both.head(there));
                            assertEquals(Revision.NONE, both.head(fresh));
                            LogStoreFixture.append(both, "b", there, fresh);
                        });

        assertTrue(batch.isAcknowledged());
        assertEquals(Set.of(LogStoreFixture.FRYER), batch.createdFeeds());
        assertEquals(new Revision(2), fixture().stored(LogStoreFixture.GRILL).head());
        assertEquals(List.of("1=b"), fixture().read(fixture().stored(LogStoreFixture.FRYER), 0, 10));
    }

    @Test
    default void feedOfADecisionThatThrowsIsNotMade() {
        assertThrows(IllegalArgumentException.class, () -> fixture()
                .write(fixture().named(Set.of(LogStoreFixture.GRILL), Set.of()), LogStoreFixture.MORNING, batch -> {
                    throw new IllegalArgumentException("no");
                }));

        assertTrue(fixture().store().feeds(List.of(LogStoreFixture.GRILL)).isEmpty());
        assertEquals(Revision.NONE, fixture().grill().head());
    }

    @Test
    default void feedThatWasNeverMadeIsNotFound() {
        fixture().grill();

        List<Feed> found = fixture().store().feeds(List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER));

        assertEquals(
                List.of(LogStoreFixture.GRILL), found.stream().map(Feed::id).toList());
        assertTrue(fixture().store().feeds(List.of()).isEmpty());
    }

    @Test
    default void guarantee2RevisionsOfEachFeedHaveNoGapsAndFollowTheOrderOfCommits() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();

        fixture().write(Set.of(grill, fryer), batch -> {
            assertEquals(new Revision(1), batch.nextRevision(grill));
            LogStoreFixture.append(batch, "a", grill);
            assertEquals(new Revision(2), batch.nextRevision(grill));
            LogStoreFixture.append(batch, "b", fryer);
            LogStoreFixture.append(batch, "c", grill);
        });
        fixture().append("d", grill);
        fixture().append("e", fryer, grill);

        assertEquals(List.of("1=a", "2=c", "3=d", "4=e"), fixture().read(grill, 0, 100));
        assertEquals(List.of("1=b", "2=e"), fixture().read(fryer, 0, 100));
        assertEquals(new Revision(4), fixture().stored(LogStoreFixture.GRILL).head());
        assertEquals(new Revision(2), fixture().stored(LogStoreFixture.FRYER).head());
    }

    @Test
    default void eventInSeveralFeedsIsOneEvent() {
        Feed grill = fixture().grill();
        Feed orders = fixture().orders();

        Event event = fixture().append("order-7", grill, orders);

        Event inGrill = fixture()
                .store()
                .read(grill, Revision.NONE, new Revision(1), 1, 1)
                .get(0)
                .event();
        Event inOrders = fixture()
                .store()
                .read(orders, Revision.NONE, new Revision(1), 1, 1)
                .get(0)
                .event();
        assertEquals(event.eventNumber(), inGrill.eventNumber());
        assertEquals(event.eventNumber(), inOrders.eventNumber());
        assertArrayEquals(event.json().bytes(), inOrders.json().bytes());
        assertArrayEquals(
                event.json().bytes(),
                fixture()
                        .store()
                        .event(event.eventNumber())
                        .orElseThrow()
                        .json()
                        .bytes());
        assertEquals(LogStoreFixture.MORNING.toEpochMilli(), inGrill.atMillis());
        assertEquals(event.json().dataOffset(), inGrill.json().dataOffset());
        assertTrue(fixture()
                .store()
                .event(new EventNumber(event.eventNumber().value() + 1))
                .isEmpty());
    }

    @Test
    default void eventThatWasThereAndANewOneGetTheirRevisionsInTheOrderOfOneGroup() {
        Feed grill = fixture().grill();
        Event there = fixture().append("there before", fixture().fryer());

        fixture().write(Set.of(grill), batch -> {
            batch.addToFeeds(there, List.of(grill));
            Event unused = LogStoreFixture.append(batch, "new", grill);
        });

        assertEquals(List.of("1=there before", "2=new"), fixture().read(grill, 0, 10));
    }

    @Test
    default void decisionThatThrowsLeavesNothingBehind() {
        Feed grill = fixture().grill();
        IdempotencyKey key = IdempotencyKey.of("test", "throws");
        fixture().append("kept", grill);

        assertThrows(IllegalArgumentException.class, () -> fixture().write(Set.of(grill), batch -> {
            Event lost = LogStoreFixture.append(batch, "lost", grill);
            OrderId id = LogStoreFixture.orderId(4711);
            Event unused = LogStoreFixture.putOrder(batch, id, "lost too", grill);
            LogStoreFixture.store(
                    batch, new StoredResponse(key, new byte[0], null, lost.eventNumber(), lost.atMillis()));
            throw new IllegalArgumentException("no");
        }));

        assertEquals(List.of("1=kept"), fixture().read(fixture().stored(LogStoreFixture.GRILL), 0, 100));
        assertTrue(fixture().store().orders().ofDevice(grill, null, 10).isEmpty());
        fixture()
                .write(
                        LogStoreFixture.needs(Set.of(grill), Set.of(), Set.of(key)),
                        LogStoreFixture.MORNING,
                        batch -> assertNull(batch.get(StoredResponse.TYPE, key)));
        fixture().append("next", grill);
        assertEquals(List.of("1=kept", "2=next"), fixture().read(grill, 0, 100));
    }

    @Test
    default void answerIsRememberedByItsKeyAlone() {
        Feed grill = fixture().grill();
        IdempotencyKey breakfast = IdempotencyKey.of("test", "breakfast");
        IdempotencyKey lunch = IdempotencyKey.of("test", "lunch");
        BatchNeeds needs = LogStoreFixture.needs(Set.of(grill), Set.of(), Set.of(breakfast, lunch));
        byte[] fingerprint = Sha256.of(new byte[] {1, 2, 3});

        WriteBatch first = fixture().write(needs, LogStoreFixture.MORNING, batch -> {
            Event event = LogStoreFixture.append(batch, "egg", grill);
            LogStoreFixture.store(
                    batch,
                    new StoredResponse(breakfast, fingerprint, new UUID(0, 42), event.eventNumber(), event.atMillis()));
            assertNotNull(batch.get(StoredResponse.TYPE, breakfast), "the rest of the group sees it");
        });

        fixture().write(needs, LogStoreFixture.MORNING, batch -> {
            StoredResponse answer = batch.get(StoredResponse.TYPE, breakfast);
            assertNotNull(answer);
            assertArrayEquals(fingerprint, answer.fingerprint());
            assertEquals(new UUID(0, 42), answer.subject());
            assertEquals(first.events().get(0).eventNumber(), answer.event());
            assertNull(batch.get(StoredResponse.TYPE, lunch));
        });
    }

    @Test
    default void positionsMoveUpAndNeverBack() {
        Feed grill = fixture().grill();
        for (String meal : List.of("a", "b", "c")) {
            fixture().append(meal, grill);
        }
        // as another process sees it, which has no position in memory yet
        Position first = fixture().position(grill, 1);
        Position second = fixture().position(grill, 2);
        Position third = fixture().position(grill, 3);
        Feed stale = fixture().stored(LogStoreFixture.GRILL);
        Feed staler = fixture().stored(LogStoreFixture.GRILL);

        fixture().write(Set.of(grill), batch -> {
            batch.acknowledge(grill, second);
            batch.received(grill, third);
        });
        assertEquals(second, fixture().stored(LogStoreFixture.GRILL).processedPosition());
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).receivedPosition());

        fixture().write(Set.of(stale), batch -> {
            batch.acknowledge(stale, first);
            batch.received(stale, first);
        });
        assertEquals(second, fixture().stored(LogStoreFixture.GRILL).processedPosition());
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).receivedPosition());

        fixture().write(Set.of(staler), batch -> batch.acknowledge(staler, third));
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).processedPosition());
    }

    @Test
    default void groupWithoutEventsIsAcceptedAndAcknowledgedToNobody() {
        WriteBatch batch = fixture().write(Set.of(), nothing -> {});

        assertFalse(batch.isAcknowledged());
        assertTrue(batch.events().isEmpty());
    }
}
