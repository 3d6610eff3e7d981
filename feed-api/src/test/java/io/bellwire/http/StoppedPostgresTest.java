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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose PostgreSQL is stopped and started again. */
@Timeout(180)
class StoppedPostgresTest {
    /** Many times the number of readers, and more than one batch of the writer. */
    private static final int REQUESTS = 150;

    private static final int ORDERS = 200;

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

    @Test
    void orderIsPlacedOnceHoweverOftenItsRequestWasRepeatedMeanwhile() {
        try (StoppablePostgres postgres = new StoppablePostgres(folder);
                ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withPostgres(
                        new FeedApiOptions.Postgres(postgres.url(), "postgres", "")))) {
            ApiFixture.Device grill = server.register("grill");
            AtomicInteger placed = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            CompletableFuture<Void> backEnd = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < ORDERS; i++) {
                    String key = "order-" + i;
                    while (server.operator()
                                    .order(grill.order(), "Idempotency-Key", key)
                                    .status()
                            != 201) {
                        refused.incrementAndGet();
                    }
                    placed.incrementAndGet();
                }
            });
            await().until(() -> placed.get() > ORDERS / 10);

            postgres.stop();
            await().until(() -> refused.get() > 3);
            assertEquals(200, server.stranger().get("/healthz").status());
            postgres.startAgain();

            backEnd.join();
            assertEquals(
                    ORDERS,
                    server.operator()
                            .get(grill.feed() + "?limit=1000")
                            .expect(200)
                            .revisions()
                            .size());
        }
    }

    private static void expectUnavailable(CheckedResponse answer) {
        answer.expectProblem(503, "unavailable", "the log cannot be used just now");
        assertEquals("1", answer.header("retry-after"));
    }
}
