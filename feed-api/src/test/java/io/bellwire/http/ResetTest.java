package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.Database;
import io.bellwire.log.Durability;
import io.bellwire.log.EventLog;
import io.bellwire.log.LogLimits;
import io.bellwire.log.SqlStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three reasons for which a cursor cannot be continued, and the way out of each. */
class ResetTest {
    @TempDir
    Path folder;

    private ApiFixture open(boolean newEpoch) {
        FeedApiOptions options = FeedApiOptions.DEFAULT.withDataFolder(folder);
        return ApiFixture.of(newEpoch ? options.withNewEpoch() : options);
    }

    /** A device that did what the reset says, and then reads on: nothing is missing. */
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

            Answered reset = client.get(grill.feed() + "?cursor=" + cursor);

            reset.expectProblem(410, "reset", "another log");
            assertEquals("epoch-changed", reset.json().path("reason").asText());
            expectWayOut(client, reset.json(), 2);
            assertEquals(List.of(1L, 2L), client.get(grill.feed()).revisions(), "the changes are still there");
        }
    }

    @Test
    void cursorAheadOfTheLogIsReset() {
        try (ApiFixture server = open(false)) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 2);
            String epoch = grill.client().get(grill.feed()).cursor().substring(0, 10);

            Answered reset = grill.client().get(grill.feed() + "?wait_ms=60000&cursor=" + epoch + ".3");

            reset.expectProblem(410, "reset", "ahead");
            assertEquals("ahead-of-log", reset.json().path("reason").asText());
            assertEquals(epoch + ".0", reset.json().path("earliest").asText());
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
        forgetAllThatMayBeForgotten();
        try (ApiFixture server = open(false)) {
            ApiClient client = server.as(grill.client().token());

            Answered reset = client.get(grill.feed());

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

    private void forgetAllThatMayBeForgotten() {
        Database database = Database.h2File(folder, 3, 16 << 20);
        SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(7), false);
        try (EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry())) {
            long later = Clock.systemUTC().millis() + 3_600_000;
            log.expire(later, later);
        }
    }
}
