package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Feeds are numbered from 1, and {@link FeedNumber#NONE} is before all of them. */
class FeedNumberTest {
    private static final FeedNumber NINE = new FeedNumber(9);

    @Test
    void noNumberIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> new FeedNumber(-1));
        assertEquals(0, FeedNumber.NONE.value());
    }

    @Test
    void orderIsThatOfTheNumbersAndNotOfTheirTexts() {
        FeedNumber ten = new FeedNumber(10);

        assertEquals(
                List.of(FeedNumber.NONE, NINE, ten),
                Stream.of(ten, NINE, FeedNumber.NONE).sorted().toList());
    }

    @Test
    void equalNumbersAreOneKey() {
        assertEquals(NINE, new FeedNumber(9));
        assertEquals(NINE.hashCode(), new FeedNumber(9).hashCode());
    }

    @Test
    void textIsTheDigits() {
        assertEquals("2147483647", new FeedNumber(Integer.MAX_VALUE).toString());
        assertEquals("feed 9", "feed " + NINE);
    }
}
