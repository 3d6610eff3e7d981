package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Events are numbered from 1, and {@link EventNumber#NONE} is before all of them. */
class EventNumberTest {
    private static final EventNumber NINE = new EventNumber(9);

    @Test
    void noNumberIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> new EventNumber(-1));
        assertEquals(0, EventNumber.NONE.value());
    }

    @Test
    void orderIsThatOfTheNumbersAndNotOfTheirTexts() {
        EventNumber ten = new EventNumber(10);
        EventNumber large = new EventNumber(1L << 40);

        assertEquals(
                List.of(EventNumber.NONE, NINE, ten, large),
                Stream.of(large, ten, NINE, EventNumber.NONE).sorted().toList());
    }

    @Test
    void equalNumbersAreOneKey() {
        assertEquals(NINE, new EventNumber(9));
        assertEquals(NINE.hashCode(), new EventNumber(9).hashCode());
    }

    @Test
    void textIsTheDigits() {
        assertEquals("9223372036854775807", new EventNumber(Long.MAX_VALUE).toString());
        assertEquals("event 9", "event " + NINE);
    }
}
