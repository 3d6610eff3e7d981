package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Revisions count the changes of a feed from 1, and nothing is before the first. */
class RevisionTest {
    private static final Revision LARGE = new Revision(9_007_199_254_740_991L);

    @Test
    void firstChangeFollowsNone() {
        assertEquals(new Revision(1), Revision.NONE.next());
        assertEquals(Revision.NONE, new Revision(1).previous());
        assertEquals(0, Revision.NONE.value());
    }

    @Test
    void nothingIsBeforeNoneOrAfterTheLargestNumber() {
        assertThrows(IllegalArgumentException.class, () -> new Revision(-1));
        assertThrows(IllegalArgumentException.class, Revision.NONE::previous);
        assertThrows(IllegalArgumentException.class, () -> new Revision(3).plus(-4));
        assertThrows(ArithmeticException.class, () -> new Revision(Long.MAX_VALUE).next());
    }

    @Test
    void differenceIsTheNumberOfChangesBetween() {
        assertEquals(new Revision(20), new Revision(17).plus(3));
        assertEquals(3, new Revision(20).minus(new Revision(17)));
        assertEquals(-3, new Revision(17).minus(new Revision(20)));
        assertEquals(LARGE.value(), LARGE.minus(Revision.NONE));
    }

    @Test
    void equalRevisionsAreNeitherBeforeNorAfterEachOther() {
        Revision other = new Revision(LARGE.value());

        assertEquals(LARGE, other);
        assertEquals(LARGE.hashCode(), other.hashCode());
        assertFalse(LARGE.isAfter(other));
        assertFalse(LARGE.isBefore(other));
        assertNotEquals(LARGE, LARGE.previous());
    }

    @Test
    void orderIsThatOfTheNumbersAndNotOfTheirTexts() {
        Revision nine = new Revision(9);
        Revision ten = new Revision(10);

        assertTrue(ten.isAfter(nine));
        assertTrue(nine.isBefore(ten));
        assertEquals(List.of(nine, ten), Stream.of(ten, nine).sorted().toList());
        assertEquals(ten, Revision.max(nine, ten));
        assertEquals(ten, Revision.max(ten, nine));
    }

    @Test
    void textIsTheDigits() {
        assertEquals("0", Revision.NONE.toString());
        assertEquals("9007199254740991", LARGE.toString());
        assertEquals("from 3", "from " + new Revision(3));
    }
}
