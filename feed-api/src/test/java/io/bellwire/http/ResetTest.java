package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.Durability;
import io.bellwire.log.EventLog;
import io.bellwire.log.LogLimits;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reasons why a cursor cannot be continued, and how a device recovers from each. */
class ResetTest {
    @TempDir
    Path folder;

    private ApiFixture open(boolean newEpoch) {
        FeedApiOptions options = FeedApiOptions.DEFAULT.withDataFolder(folder);
        return ApiFixture.of(newEpoch ? options.withNewEpoch() : options);
    }

    /** Does what the reset says, reads on, and expects that nothing is missing. */
    private static void expectWayOut(ApiClient client, JsonNode reset, int orders) {
        JsonNode snapshot =
                client.get(reset.path("snapshot").asText()).expect(200).json();
        assertEquals(orders, snapshot.path("orders").size());
        String feed = reset.path("snapshot").asText().replace("/orders", "/feed");
        client.get(feed + "?cursor=" + snapshot.path("cursor").asText()).expect(200);
        client.get(feed + "?cursor=" + reset.path("earliest").asText()).expect(200);
    }

    @Test
    void cursorOfAnotherEpochIsReset() {
        ApiClient before;
        ApiFixture.Device grill;
        String cursor;
        try (ApiFixture server = open(false)) {
            grill = server.register("grill");
            server.orders(grill, 2);
            cursor = grill.client().get(grill.feed() + "?limit=1").cursor();
            before = grill.client();
        }
        try (ApiFixture server = open(true)) {
            ApiClient client = server.as(before.token());

            CheckedResponse reset = client.get(grill.feed() + "?cursor=" + cursor);

            reset.expectProblem(410, "reset", "another feed or another log");
            assertEquals("epoch-changed", reset.json().path("reason").asText());
            expectWayOut(client, reset.json(), 2);
            assertEquals(List.of(1L, 2L), client.get(grill.feed()).revisions(), "the changes are still there");
        }
    }

    @Test
    void guarantee6CursorOfAnotherDevicesFeedIsReset() {
        try (ApiFixture server = open(false)) {
            ApiFixture.Device grill = server.register("grill");
            ApiFixture.Device fryer = server.register("fryer");
            server.orders(grill, 3);
            server.orders(fryer, 3);
            for (int revision = 0; revision <= 3; revision++) {
                CheckedResponse reset =
                        grill.client().get(grill.feed() + "?cursor=" + server.cursorAt(fryer, revision));

                reset.expectProblem(410, "reset", "another feed");
                assertEquals("epoch-changed", reset.text("reason"));
                expectWayOut(grill.client(), reset.json(), 3);
            }
        }
    }

    @Test
    void cursorWhoseChangeTheLogHasNotIsReset() {
        try (ApiFixture server = open(false)) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 3);
            for (int revision = 1; revision <= 3; revision++) {
                String cursor = server.cursorAt(grill, revision);

                CheckedResponse reset =
                        grill.client().get(grill.feed() + "?wait_ms=60000&cursor=" + Cursors.ofAnotherLog(cursor));

                reset.expectProblem(410, "reset", "not in the log");
                assertEquals("cursor-not-in-log", reset.text("reason"));
                expectWayOut(grill.client(), reset.json(), 3);
                grill.client().get(grill.feed() + "?cursor=" + cursor).expect(200);
            }
        }
    }

    /** The operator copies files back without the restore command: the same epoch, and another end. */
    @Test
    void cursorOfALogThatLostItsEndAndHasGrownAgainIsReset() throws IOException {
        Path backup = folder.resolveSibling(folder.getFileName() + "-backup");
        ApiFixture.Device grill;
        ApiFixture.Device fryer;
        try (ApiFixture server = open(false)) {
            grill = server.register("grill");
            fryer = server.register("fryer");
            server.orders(grill, 2);
            server.orders(fryer, 1);
        }
        copy(folder, backup);
        List<String> cursorsOfLostChanges = new ArrayList<>();
        String old;
        try (ApiFixture server = open(false)) {
            server.orders(grill, 3);
            for (int revision = 3; revision <= 5; revision++) {
                cursorsOfLostChanges.add(server.cursorAt(grill, revision));
            }
            old = server.cursorAt(grill, 2);
        }
        copy(backup, folder);
        try (ApiFixture server = open(false)) {
            ApiClient client = server.as(grill.client().token());
            String beyond = cursorsOfLostChanges.get(2);
            assertEquals(
                    "ahead-of-log",
                    client.get(grill.feed() + "?cursor=" + beyond).expect(410).text("reason"));
            server.orders(grill, 4);

            for (String cursor : cursorsOfLostChanges) {
                CheckedResponse reset = client.get(grill.feed() + "?cursor=" + cursor);
                assertEquals("cursor-not-in-log", reset.expect(410).text("reason"));
                expectWayOut(client, reset.json(), 6);
                client.postJson(grill.path() + "/acks", "{\"processed\":\"" + cursor + "\"}")
                        .expect(410);
            }
            assertEquals(
                    List.of(3L, 4L, 5L, 6L),
                    client.get(grill.feed() + "?cursor=" + old).expect(200).revisions(),
                    "what both have in common can be continued");
            String fryers = server.cursorAt(fryer, 1);
            server.as(fryer.client().token())
                    .get(fryer.feed() + "?cursor=" + fryers)
                    .expect(200);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> files = Files.walk(to)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    @Test
    void cursorAheadOfTheLogIsReset() {
        try (ApiFixture server = open(false)) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 2);
            String head = grill.client().get(grill.feed()).cursor();

            CheckedResponse reset =
                    grill.client().get(grill.feed() + "?wait_ms=60000&cursor=" + Cursors.madeUp(head, 3));

            reset.expectProblem(410, "reset", "ahead");
            assertEquals("ahead-of-log", reset.json().path("reason").asText());
            assertEquals(
                    Cursors.beginningOf(head), reset.json().path("earliest").asText());
            expectWayOut(grill.client(), reset.json(), 2);
        }
    }

    @Test
    void cursorBeforeRetentionIsResetAndTheSnapshotHasAll() {
        ApiFixture.Device grill;
        try (ApiFixture server = open(false)) {
            grill = server.register("grill");
            server.orders(grill, 5);
        }
        expireAllChanges();
        try (ApiFixture server = open(false)) {
            ApiClient client = server.as(grill.client().token());

            CheckedResponse reset = client.get(grill.feed());

            reset.expectProblem(410, "reset", "not kept");
            assertEquals("before-retention", reset.json().path("reason").asText());
            expectWayOut(client, reset.json(), 5);
            server.orders(new ApiFixture.Device(grill.id(), client), 1);
            List<Long> rest = client.get(grill.feed() + "?cursor="
                            + reset.json().path("earliest").asText())
                    .expect(200)
                    .revisions();
            assertEquals(6L, rest.get(rest.size() - 1));
        }
    }

    private void expireAllChanges() {
        long now = Clock.systemUTC().millis();
        AtomicLong nanos = new AtomicLong();
        SegmentStore store = SegmentStore.open(
                new DiskFolder(folder.resolve("log")),
                SegmentOptions.of(Durability.SYNC, 1 << 20, false),
                new Random(7),
                () -> nanos.addAndGet(TimeUnit.DAYS.toNanos(1)),
                now,
                Runnable::run);
        try (EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry())) {
            log.expire(now + 3_600_000, Duration.ZERO, Duration.ZERO);
        }
    }
}
