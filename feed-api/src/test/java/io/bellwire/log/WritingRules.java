package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store does with a group of writes. */
interface WritingRules {
    LogStoreFixture fixture();

    @Test
    default void feedIsMadeOnceAndStartsEmpty() {
        Feed grill = fixture().grill();
        Feed again = fixture().grill();

        assertEquals(grill.no(), again.no());
        assertEquals(0, grill.head());
        assertEquals(1, grill.first());
        assertNotEquals(grill.no(), fixture().fryer().no());
    }

    @Test
    default void feedThatIsMadeByManyAtOnceIsOneFeed() throws Exception {
        LogStore store = fixture().store();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                FeedId feed = new FeedId("devices/round-" + round);
                List<Future<Feed>> made = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    made.add(threads.submit(() -> LogStoreFixture.make(store, feed)));
                }
                int no = made.get(0).get().no();
                for (Future<Feed> one : made) {
                    assertEquals(no, one.get().no());
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

        WriteBatch group = fixture()
                .write(
                        LogStoreFixture.named(Set.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER), Set.of()),
                        LogStoreFixture.MORNING,
                        both -> {
                            Feed there = both.feed(LogStoreFixture.GRILL);
                            Feed fresh = both.feed(LogStoreFixture.FRYER);
                            assertEquals(1, both.head(there));
                            assertEquals(0, both.head(fresh));
                            LogStoreFixture.append(both, "b", there, fresh);
                        });

        assertTrue(group.isAcknowledged());
        assertEquals(Set.of(LogStoreFixture.FRYER), group.made());
        assertEquals(2, fixture().stored(LogStoreFixture.GRILL).head());
        assertEquals(List.of("1=b"), fixture().read(fixture().stored(LogStoreFixture.FRYER), 0, 10));
    }

    @Test
    default void feedOfADecisionThatThrowsIsNotMade() {
        assertThrows(IllegalArgumentException.class, () -> fixture()
                .write(
                        LogStoreFixture.named(Set.of(LogStoreFixture.GRILL), Set.of()),
                        LogStoreFixture.MORNING,
                        group -> {
                            throw new IllegalArgumentException("no");
                        }));

        assertTrue(fixture().store().feeds(List.of(LogStoreFixture.GRILL)).isEmpty());
        assertEquals(0, fixture().grill().head());
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

        fixture().write(Set.of(grill, fryer), group -> {
            assertEquals(1, group.nextRevision(grill));
            LogStoreFixture.append(group, "a", grill);
            assertEquals(2, group.nextRevision(grill));
            LogStoreFixture.append(group, "b", fryer);
            LogStoreFixture.append(group, "c", grill);
        });
        fixture().append("d", grill);
        fixture().append("e", fryer, grill);

        assertEquals(List.of("1=a", "2=c", "3=d", "4=e"), fixture().read(grill, 0, 100));
        assertEquals(List.of("1=b", "2=e"), fixture().read(fryer, 0, 100));
        assertEquals(4, fixture().stored(LogStoreFixture.GRILL).head());
        assertEquals(2, fixture().stored(LogStoreFixture.FRYER).head());
    }

    @Test
    default void eventInSeveralFeedsIsOneEvent() {
        Feed grill = fixture().grill();
        Feed orders = fixture().orders();

        Event event = fixture().append("order-7", grill, orders);

        Event inGrill = fixture().store().read(grill, 0, 1, 1, 1).get(0).event();
        Event inOrders = fixture().store().read(orders, 0, 1, 1, 1).get(0).event();
        assertEquals(event.seq(), inGrill.seq());
        assertEquals(event.seq(), inOrders.seq());
        assertArrayEquals(event.json().bytes(), inOrders.json().bytes());
        assertArrayEquals(
                event.json().bytes(),
                fixture().store().event(event.seq()).orElseThrow().json().bytes());
        assertEquals(LogStoreFixture.MORNING.toEpochMilli(), inGrill.atMillis());
        assertEquals(event.json().dataOffset(), inGrill.json().dataOffset());
        assertTrue(fixture().store().event(event.seq() + 1).isEmpty());
    }

    @Test
    default void eventThatWasThereAndANewOneGetTheirRevisionsInTheOrderOfOneGroup() {
        Feed grill = fixture().grill();
        Event there = fixture().append("there before", fixture().fryer());

        fixture().write(Set.of(grill), group -> {
            group.place(there, List.of(grill));
            Event unused = LogStoreFixture.append(group, "new", grill);
        });

        assertEquals(List.of("1=there before", "2=new"), fixture().read(grill, 0, 10));
    }

    @Test
    default void decisionThatThrowsLeavesNothingBehind() {
        Feed grill = fixture().grill();
        IdempotencyKey key = IdempotencyKey.of("test", "throws");
        fixture().append("kept", grill);

        assertThrows(IllegalArgumentException.class, () -> fixture().write(Set.of(grill), group -> {
            Event lost = LogStoreFixture.append(group, "lost", grill);
            group.putOrder(new UUID(0, 4711), grill, lost);
            group.remember(new StoredResponse(key, new byte[0], null, lost.seq(), lost.atMillis()));
            throw new IllegalArgumentException("no");
        }));

        assertEquals(List.of("1=kept"), fixture().read(fixture().stored(LogStoreFixture.GRILL), 0, 100));
        assertTrue(fixture().store().ordersOf(grill, null, 10).isEmpty());
        fixture()
                .write(
                        new LogStore.Needs(Set.of(grill), Set.of(), Set.of(key)),
                        LogStoreFixture.MORNING,
                        group -> assertNull(group.answer(key)));
        fixture().append("next", grill);
        assertEquals(List.of("1=kept", "2=next"), fixture().read(grill, 0, 100));
    }

    @Test
    default void answerIsRememberedByItsKeyAlone() {
        Feed grill = fixture().grill();
        IdempotencyKey breakfast = IdempotencyKey.of("test", "breakfast");
        IdempotencyKey lunch = IdempotencyKey.of("test", "lunch");
        LogStore.Needs needs = new LogStore.Needs(Set.of(grill), Set.of(), Set.of(breakfast, lunch));
        byte[] fingerprint = IdempotencyKey.fingerprint(new byte[] {1, 2, 3});

        WriteBatch first = fixture().write(needs, LogStoreFixture.MORNING, group -> {
            Event event = LogStoreFixture.append(group, "egg", grill);
            group.remember(new StoredResponse(breakfast, fingerprint, new UUID(0, 42), event.seq(), event.atMillis()));
            assertNotNull(group.answer(breakfast), "the rest of the group sees it");
        });

        fixture().write(needs, LogStoreFixture.MORNING, group -> {
            StoredResponse answer = group.answer(breakfast);
            assertNotNull(answer);
            assertArrayEquals(fingerprint, answer.fingerprint());
            assertEquals(new UUID(0, 42), answer.order());
            assertEquals(first.events().get(0).seq(), answer.event());
            assertNull(group.answer(lunch));
        });
    }

    @Test
    default void positionsMoveUpAndNeverBack() {
        Feed grill = fixture().grill();
        for (String meal : List.of("a", "b", "c")) {
            fixture().append(meal, grill);
        }
        // as another process sees it, which knows of no position yet
        Position first = fixture().position(grill, 1);
        Position second = fixture().position(grill, 2);
        Position third = fixture().position(grill, 3);
        Feed stale = fixture().stored(LogStoreFixture.GRILL);
        Feed staler = fixture().stored(LogStoreFixture.GRILL);

        fixture().write(Set.of(grill), group -> {
            group.acknowledge(grill, second);
            group.received(grill, third);
        });
        assertEquals(second, fixture().stored(LogStoreFixture.GRILL).processedPosition());
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).receivedPosition());

        fixture().write(Set.of(stale), group -> {
            group.acknowledge(stale, first);
            group.received(stale, first);
        });
        assertEquals(second, fixture().stored(LogStoreFixture.GRILL).processedPosition());
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).receivedPosition());

        fixture().write(Set.of(staler), group -> group.acknowledge(staler, third));
        assertEquals(third, fixture().stored(LogStoreFixture.GRILL).processedPosition());
    }

    @Test
    default void groupWithoutEventsIsAcceptedAndAcknowledgedToNobody() {
        WriteBatch group = fixture().write(Set.of(), nothing -> {});

        assertFalse(group.isAcknowledged());
        assertTrue(group.events().isEmpty());
    }
}
