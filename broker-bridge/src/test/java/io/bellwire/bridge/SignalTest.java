package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.route.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignalTest {
    private static final Epoch EPOCH = new Epoch("k3v9x2m4qd");

    @Test
    void payloadIsAsInTheProtocol() {
        Signal signal = new Signal(EPOCH, new Revision(17), 3, Instant.parse("2026-11-20T08:00:00Z"), 0);
        assertEquals(
                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3,\"oldest_at\":\"2026-11-20T08:00:00.000Z\"}",
                new String(signal.payload(), StandardCharsets.UTF_8));
    }

    @Test
    void oldestAtIsLeftOutWhenNothingIsPending() {
        assertEquals(
                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":0,\"pending\":0}",
                new String(new Signal(EPOCH, Revision.NONE, 0, null, 0).payload(), StandardCharsets.UTF_8));
    }

    @Test
    void payloadOfAnyLengthIsUnder128Bytes() {
        for (long pending = 1; pending <= Cursor.REVISION_MAX / 10; pending *= 10) {
            for (long spread = 100; spread < 1_000_000; spread *= 10) {
                Signal signal = new Signal(EPOCH, new Revision(Cursor.REVISION_MAX), pending, Instant.EPOCH, spread);
                assertTrue(signal.payload().length < 128);
                assertTrue(signal.payload(Tier.EVENT).length < 128);
            }
        }
    }

    @Test
    void longestPayloadIsUnder128Bytes() {
        Signal longest = new Signal(
                EPOCH,
                new Revision(Cursor.REVISION_MAX),
                Cursor.REVISION_MAX,
                Instant.parse("9999-12-31T23:59:59.999999999Z"),
                0);
        assertTrue(longest.payload().length < 128);
        Signal spread =
                new Signal(EPOCH, new Revision(Cursor.REVISION_MAX), Cursor.REVISION_MAX, longest.oldestAt(), 600_000);
        assertTrue(spread.payload().length < 128);
        assertTrue(spread.payload(Tier.EVENT).length < 128);
        assertTrue(new String(spread.payload(Tier.EVENT), StandardCharsets.UTF_8)
                .endsWith("\"spread_ms\":600000,\"reduced_from\":\"event\"}"));
    }
}
