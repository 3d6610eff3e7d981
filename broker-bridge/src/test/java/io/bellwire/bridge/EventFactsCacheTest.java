package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventFactsCacheTest {
    private final EventFactsCache cache = new EventFactsCache();

    /** An event whose JSON is {@code length} bytes long. */
    private static Event event(long number, int length) {
        String text = "\"type\":\"a\",\"data\":\"\"}";
        String json = text.replace("\"\"}", "\"" + "x".repeat(length - text.length()) + "\"}");
        return new Event(new EventNumber(number), 0, new EventJson(json.getBytes(StandardCharsets.UTF_8), 18), null);
    }

    @Test
    void eventOfManyFeedsIsParsedOnceWhileItIsAmongTheNewest() {
        Event first = event(1, 100);
        var facts = cache.of(first);
        for (int number = 2; number <= 1_024; number++) {
            cache.of(event(number, 100));
        }
        assertSame(facts, cache.of(first), "used just now, so the next is the eldest");
        var second = cache.of(event(2, 100));
        cache.of(event(1_025, 100));
        assertSame(facts, cache.of(first));
        assertSame(second, cache.of(event(2, 100)));
        for (int number = 2_000; number < 3_024; number++) {
            cache.of(event(number, 100));
        }
        assertNotSame(facts, cache.of(first));
    }

    @Test
    void longEventIsNotKept() {
        assertSame(cache.of(event(1, 4_096)), cache.of(event(1, 4_096)));
        assertNotSame(cache.of(event(2, 4_097)), cache.of(event(2, 4_097)));
    }
}
