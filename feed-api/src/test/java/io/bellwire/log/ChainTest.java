package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChainTest {
    private final Random random = new Random(7);

    private static String text(int chain) {
        StringBuilder text = new StringBuilder();
        Chain.appendTo(text, chain);
        return text.toString();
    }

    @Test
    void logsThatDifferInOneChangeNeverAgreeAgainWhateverFollows() {
        int[] checksums = random.ints(10_000).toArray();
        int ours = Chain.next(Chain.START, 1);
        int theirs = Chain.next(Chain.START, 2);
        for (int checksum : checksums) {
            ours = Chain.next(ours, checksum);
            theirs = Chain.next(theirs, checksum);
            assertNotEquals(ours, theirs);
        }
    }

    @Test
    void differentChainsBeforeOneChangeGiveDifferentChainsAfterIt() {
        int count = 1 << 20;
        for (int checksum : new int[] {0, 1, -1, random.nextInt()}) {
            Set<Integer> after = new HashSet<>(2 * count);
            for (int before = -count / 2; before < count / 2; before++) {
                assertTrue(after.add(Chain.next(before, checksum)), "before " + before);
            }
        }
    }

    @Test
    void orderOfChangesCounts() {
        assertNotEquals(Chain.next(Chain.next(0, 1), 2), Chain.next(Chain.next(0, 2), 1));
    }

    @Test
    void textHasSevenCharactersAndReadsBack() {
        assertEquals("0000000", text(0));
        assertEquals("000000z", text(35));
        assertEquals("1z141z3", text(-1));
        for (int chain : random.ints(1_000).toArray()) {
            byte[] bytes = "[.......]".getBytes(StandardCharsets.US_ASCII);
            Chain.write(chain, bytes, 1);
            assertEquals("[" + text(chain) + "]", new String(bytes, StandardCharsets.US_ASCII));
            assertEquals(OptionalInt.of(chain), Chain.parse(text(chain)));
        }
        for (String other : List.of("", "000000", "00000000", "000000A", "000000-", "1z141z4", "zzzzzzz")) {
            assertTrue(Chain.parse(other).isEmpty(), other);
        }
    }

    @Test
    void cursorReadsBackFromItsTextAndNothingLeadsToItsBeginning() {
        Epoch epoch = new Epoch("k3v9x2m4qd");
        Cursor last = new Cursor(epoch, new Revision(Cursor.REVISION_MAX), -1);

        assertEquals("k3v9x2m4qd.9007199254740991.1z141z3", last.toString());
        assertEquals(Optional.of(last), Cursor.parse(last.toString()));
        Cursor start = new Cursor(epoch, Position.START);
        assertEquals("k3v9x2m4qd.0.0000000", start.toString());
        assertEquals(Optional.of(start), Cursor.parse(start.toString()));
        assertEquals(last.position(), new Position(new Revision(Cursor.REVISION_MAX), -1));
        for (String other : List.of(
                "",
                ".",
                "..",
                "k3v9x2m4qd",
                "k3v9x2m4qd.7",
                "k3v9x2m4qd..1z141z3",
                "k3v9x2m4qd.0.0000001",
                "k3v9x2m4qd.00.0000000",
                "k3v9x2m4qd.07.1z141z3",
                "k3v9x2m4qd.-7.1z141z3",
                "k3v9x2m4qd.7/.1z141z3",
                "k3v9x2m4qd.7:.1z141z3",
                "k3v9x2m4qd.7.7.1z141z3",
                "k3v9x2m4qd.9007199254740992.1z141z3",
                "k3v9x2m4qd.99999999999999999.1z141z3",
                "k3v9x2m4qd.99999999999999999999999.1z141z3",
                "k3v9x2m4qd.7.1z141z4",
                "k3v9x2m4qd.7.1z141z",
                "k3v9x2m4q.7.1z141z3")) {
            assertTrue(Cursor.parse(other).isEmpty(), other);
        }
        assertEquals(
                new Cursor(epoch, new Revision(90), -1),
                Cursor.parse("k3v9x2m4qd.90.1z141z3").orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> new Cursor(epoch, Revision.NONE, 1));
        assertThrows(IllegalArgumentException.class, () -> new Cursor(epoch, new Revision(Cursor.REVISION_MAX + 1), 1));
    }
}
