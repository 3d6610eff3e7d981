package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.LogLimits;
import io.bellwire.log.StoppablePostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose PostgreSQL is stopped and started again. */
class StoppedPostgresTest {
    /** Many times the number of readers, and more than one batch of the writer. */
    private static final int REQUESTS = 150;

    private static final LogLimits NOTHING_IN_MEMORY = LogLimits.DEFAULT.withRecentBytesMax(0);

    @TempDir
    Path folder;

    @Test
    void requestsAreRefusedWhilePostgresIsStoppedAndServedAgainWhenItIsBack() {
        try (StoppablePostgres postgres = new StoppablePostgres(folder);
                ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT
                        .withPostgres(new FeedApiOptions.Postgres(postgres.url(), "postgres", ""))
                        .withLimits(NOTHING_IN_MEMORY))) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 2);

            postgres.stop();

            List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(server.operator().postLater("application/json", "/v1/orders", grill.order()));
                answers.add(server.operator().getLater(grill.feed()));
            }
            answers.forEach(answer -> expectUnavailable(answer.join()));
            await().until(() -> server.stranger().get("/readyz").status() == 503);

            postgres.startAgain();

            await().until(() -> server.stranger().get("/readyz").status() == 200);
            server.orders(grill, 1);
            assertEquals(
                    List.of(1L, 2L, 3L),
                    grill.client().get(grill.feed()).expect(200).revisions());
            await().until(() ->
                    server.operator().get("/v1/orders").json().path("orders").size() == 3);
        }
    }

    private static void expectUnavailable(CheckedResponse answer) {
        answer.expectProblem(503, "unavailable", "the log cannot be used just now");
        assertEquals("1", answer.header("retry-after"));
    }
}
