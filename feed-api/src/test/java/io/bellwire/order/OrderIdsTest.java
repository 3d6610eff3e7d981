package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.http.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OrderIdsTest {
    private static final Instant EIGHT = Instant.parse("2026-11-20T08:00:00Z");

    private final TestClock clock = new TestClock(EIGHT.toString());
    private final OrderIds ids = new OrderIds(clock, new Random(7));

    private static void assertAscending(List<OrderId> given) {
        for (int i = 1; i < given.size(); i++) {
            UUID before = given.get(i - 1).value();
            UUID after = given.get(i).value();
            assertTrue(OrderId.BY_BYTES.compare(before, after) < 0, i + ": " + before + " before " + after);
            assertTrue(before.toString().compareTo(after.toString()) < 0, "as text too");
        }
    }

    @Test
    void idIsAUuidOfVersionSevenWithItsTimeInFront() {
        String id = ids.next().toString();

        assertTrue(id.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), id);
        assertEquals(EIGHT.toEpochMilli(), Long.parseLong(id.substring(0, 13).replace("-", ""), 16));
    }

    @Test
    void idsOfOneMillisecondAscendEvenWhenTheCounterOverflows() {
        List<OrderId> given = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            given.add(ids.next());
        }
        clock.advance(Duration.ofMillis(1));
        given.add(ids.next());

        assertAscending(given);
    }

    @Test
    void idsOfOneMillisecondHaveItInFrontUntilTheCounterIsUsedUp() {
        for (int i = 0; i <= 4_096; i++) {
            String id = ids.next().toString();
            long millis = Long.parseLong(id.substring(0, 13).replace("-", ""), 16);
            assertEquals(EIGHT.toEpochMilli() + (i < 4_096 ? 0 : 1), millis, id);
        }
    }

    @Test
    void orderOfIdsIsThatOfTheirTexts() {
        OrderId low = OrderId.parse("7fffffff-ffff-7fff-8000-000000000000").orElseThrow();
        OrderId high = OrderId.parse("80000000-0000-7000-8000-000000000000").orElseThrow();
        OrderId higher = OrderId.parse("80000000-0000-7000-bfff-ffffffffffff").orElseThrow();

        assertEquals(
                List.of(low, high, higher),
                Stream.of(higher, low, high).sorted().toList());
    }

    @Test
    void clockThatGoesBackDoesNotGiveSmallerIds() {
        List<OrderId> given = new ArrayList<>();
        given.add(ids.next());
        clock.advance(Duration.ofHours(-1));
        given.add(ids.next());
        given.add(ids.next());
        clock.advance(Duration.ofHours(2));
        given.add(ids.next());

        assertAscending(given);
    }

    @Test
    void twoServersOfOneMillisecondGiveDifferentIds() {
        OrderIds others = new OrderIds(clock, new Random(8));
        Set<OrderId> given = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            given.add(ids.next());
            given.add(others.next());
        }

        assertEquals(2_000, given.size());
    }

    @Test
    void everyRandomBitIsUsed() {
        OrderIds ones = new OrderIds(clock, (RandomGenerator) () -> -1L);
        OrderIds zeros = new OrderIds(clock, (RandomGenerator) () -> 0L);

        assertEquals("bfff-ffffffffffff", ones.next().toString().substring(19));
        assertEquals("8000-000000000000", zeros.next().toString().substring(19));
    }

    @Test
    void idReadsBackFromItsTextAndNothingElseDoes() {
        OrderId id = ids.next();
        String text = id.toString();

        assertEquals(Optional.of(id), OrderId.parse(text));
        String allDigits = "01234567-89ab-7cde-8f00-0123456789af";
        assertEquals(allDigits, OrderId.parse(allDigits).orElseThrow().toString());
        for (String other : List.of(
                "",
                "0123456789abc",
                text.toUpperCase(Locale.ROOT),
                text.replace("-", ""),
                text + "0",
                text.replace('-', '0'),
                " " + text.substring(1),
                "00000000-0000-4000-8000-000000000000",
                "00000000-0000-7000-c000-000000000000",
                "00000000-0000-7000-8000-00000000000g")) {
            assertTrue(OrderId.parse(other).isEmpty(), other);
        }
        assertThrows(IllegalArgumentException.class, () -> new OrderId(new UUID(0, 0)));
    }
}
