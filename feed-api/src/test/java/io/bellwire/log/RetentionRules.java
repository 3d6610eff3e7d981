package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.order.OrderId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store deletes, and what it must keep. */
interface RetentionRules {
    Instant NOON = LogStoreFixture.MORNING.plusSeconds(4 * 3600);

    LogStoreFixture fixture();

    /** What was forgotten: the earliest position of each feed that lost changes, by number, and how many events. */
    record Expired(Map<FeedNumber, Position> earliest, long events) {}

    /** Forgets changes before {@code before} and answers before {@code answersBefore}, an hour after noon. */
    private Expired forget(Instant before, Instant answersBefore) {
        Instant now = NOON.plusSeconds(3_600);
        Map<FeedNumber, Position> earliest = new HashMap<>();
        long events = fixture()
                .store()
                .expire(
                        now.toEpochMilli(),
                        Duration.between(before, now),
                        Duration.between(answersBefore, now),
                        earliest::put);
        return new Expired(earliest, events);
    }

    private Expired forgetBeforeNoon() {
        return forget(NOON, Instant.EPOCH);
    }

    @Test
    default void changesBeforeTheTimeAreForgottenAndYoungerOnesStay() {
        Feed grill = fixture().grill();
        fixture().append("old-1", grill);
        fixture().append("old-2", grill);
        fixture().appendAt(NOON, "young-3", grill);
        fixture().appendAt(NOON, "young-4", grill);
        Position second = fixture().position(grill, 2);

        Expired expired = forgetBeforeNoon();

        assertEquals(second, expired.earliest().get(grill.feedNumber()));
        assertEquals(2, expired.events());
        assertTrue(fixture().read(grill, 0, 10).isEmpty());
        assertTrue(fixture().read(grill, 1, 10).isEmpty());
        assertEquals(List.of("3=young-3", "4=young-4"), fixture().read(grill, 2, 10));
        assertEquals(second, fixture().stored(LogStoreFixture.GRILL).earliest());
        assertEquals(new Revision(4), fixture().stored(LogStoreFixture.GRILL).head());
    }

    @Test
    default void newestChangeOfAFeedIsNeverForgotten() {
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        fixture().append("old-1", grill);
        fixture().append("old-2", grill);
        fixture().append("old-1", fryer);
        fixture().append("old-2", fryer);

        forgetBeforeNoon();

        for (FeedId id : List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER)) {
            Feed stored = fixture().stored(id);
            assertEquals(new Revision(2), stored.first());
            assertEquals(new Revision(2), stored.head());
            assertEquals(List.of("2=old-2"), fixture().read(stored, 1, 10), "the earliest cursor can be continued");
        }
        fixture().append("young-3", grill);
        assertEquals(List.of("2=old-2", "3=young-3"), fixture().read(grill, 1, 10));
    }

    @Test
    default void changesThatShareARowWithTheNewestStayReadableFromTheFirstKeptOne() {
        Feed grill = fixture().grill();
        Feed orders = fixture().orders();
        fixture().append("old-1", grill);
        fixture().write(Set.of(grill, orders), group -> {
            LogStoreFixture.append(group, "old-2", grill, orders);
            LogStoreFixture.append(group, "old-3", grill, orders);
        });
        fixture().appendAt(NOON, "young", orders);

        long first = 1
                + forgetBeforeNoon()
                        .earliest()
                        .get(grill.feedNumber())
                        .revision()
                        .value();

        List<String> kept = fixture().read(grill, first - 1, 10);
        assertEquals(3 - first + 1, kept.size());
        assertEquals("3=old-3", kept.get(kept.size() - 1));
        assertEquals(List.of("3=young"), fixture().read(orders, 2, 10));
    }

    @Test
    default void orderStaysReadableWhenItsChangesAreForgotten() {
        Feed grill = fixture().grill();
        OrderId seven = fixture().makeOrder(LogStoreFixture.MORNING, "new", grill);
        fixture().changeOrder(LogStoreFixture.MORNING, seven, "done", grill);
        fixture().appendAt(NOON, "young", grill);

        forgetBeforeNoon();

        assertEquals(
                "done",
                LogStoreFixture.data(fixture().store().orders().find(seven).orElseThrow()));
        assertEquals(1, fixture().store().orders().ofDevice(grill, null, 10).size());
        assertTrue(fixture().read(grill, 0, 10).isEmpty());
    }

    @Test
    default void numberOfAForgottenEventIsNotGivenToAnother() {
        Feed grill = fixture().grill();
        fixture().append("old-1", grill);
        Event last = fixture().append("old-2", grill);
        forgetBeforeNoon();

        Event next = reopened().appendAt(NOON, "young", fixture().fryer());

        assertTrue(
                next.eventNumber().compareTo(last.eventNumber()) > 0,
                next.eventNumber() + " follows " + last.eventNumber());
        assertEquals(List.of("2=old-2"), fixture().read(grill, 1, 10));
    }

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    @Test
    default void answersAreForgottenHoweverManyThereAre() {
        Feed grill = fixture().grill();
        List<IdempotencyKey> keys = IntStream.range(0, 2_500)
                .mapToObj(i -> IdempotencyKey.of("test", "key-" + i))
                .toList();
        BatchNeeds needs = LogStoreFixture.needs(Set.of(grill), Set.of(), Set.copyOf(keys));
        for (Instant at : List.of(LogStoreFixture.MORNING, NOON)) {
            fixture().write(needs, at, group -> {
                for (int i = 0; i < keys.size(); i++) {
                    if ((i % 500 == 7) == at.equals(NOON)) {
                        LogStoreFixture.store(
                                group,
                                new StoredResponse(
                                        keys.get(i), new byte[0], null, EventNumber.NONE, at.toEpochMilli()));
                    }
                }
            });
        }

        forget(Instant.EPOCH, NOON);

        fixture().write(needs, NOON, group -> {
            for (int i = 0; i < keys.size(); i++) {
                assertEquals(i % 500 == 7, group.get(StoredResponse.TYPE, keys.get(i)) != null, "answer " + i);
            }
        });
    }

    @Test
    default void answersHaveATimeOfTheirOwn() {
        Feed grill = fixture().grill();
        IdempotencyKey breakfast = IdempotencyKey.of("test", "breakfast");
        IdempotencyKey lunch = IdempotencyKey.of("test", "lunch");
        BatchNeeds needs = LogStoreFixture.needs(Set.of(grill), Set.of(), Set.of(breakfast, lunch));
        fixture()
                .write(
                        needs,
                        LogStoreFixture.MORNING,
                        group -> LogStoreFixture.store(
                                group,
                                new StoredResponse(
                                        breakfast,
                                        new byte[0],
                                        null,
                                        EventNumber.NONE,
                                        LogStoreFixture.MORNING.toEpochMilli())));
        fixture()
                .write(
                        needs,
                        NOON,
                        group -> LogStoreFixture.store(
                                group,
                                new StoredResponse(lunch, new byte[0], null, EventNumber.NONE, NOON.toEpochMilli())));

        forget(Instant.EPOCH, NOON);

        fixture().write(needs, NOON, group -> {
            assertNull(group.get(StoredResponse.TYPE, breakfast));
            assertNotNull(group.get(StoredResponse.TYPE, lunch));
        });
    }
}
