package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerClockTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void othersHaveTheWallClockThatTheServerReads() throws Exception {
        Path file = folder.resolve("clock");
        ServerClock server = new ServerClock(file);
        Clock others = server.wallClock(NOW::toEpochMilli);

        assertEquals(NOW, others.instant());
        server.jump(Duration.ofDays(30));
        assertEquals(NOW.plus(Duration.ofDays(30)), others.instant());
        server.advance(Duration.ofMinutes(2));
        assertEquals(NOW.plus(Duration.ofDays(30)).plusSeconds(120), others.instant());
        assertEquals("2592000000 120000", Files.readString(file).strip());
        server.jump(Duration.ofDays(-30));
        assertEquals(NOW.plusSeconds(120), others.instant());
    }

    @Test
    void withoutAFileNoClockMoves() throws Exception {
        ServerClock server = new ServerClock(null);

        server.jump(Duration.ofDays(30));

        assertEquals(NOW, server.wallClock(NOW::toEpochMilli).instant());
    }
}
