package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.PostgresFixture;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A server that loses its lock on PostgreSQL in the middle of many writes, and another server that takes over. */
class PostgresTakeoverTest {
    private static final int WRITERS = 4;

    private final PostgresFixture postgres = PostgresFixture.freshDatabase();
    private final FeedApiOptions options =
            FeedApiOptions.DEFAULT.withPostgres(new FeedApiOptions.Postgres(postgres.url(), "postgres", ""));

    private void endLockOfTheServer() {
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks l"
                    + " JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
                    + " WHERE l.locktype = 'advisory' AND l.granted");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a server as soon as the lock is free, which the first server tries to take again. */
    private ApiFixture takeOver() {
        for (int attempt = 1; ; attempt++) {
            endLockOfTheServer();
            try {
                return ApiFixture.of(options);
            } catch (RuntimeException firstWasFaster) {
                assertTrue(attempt < 20, firstWasFaster::toString);
            }
        }
    }

    @Test
    void guarantee1WhatTheFirstServerHasAcknowledgedIsThereOnceAndItAcknowledgesNothingMore() {
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        AtomicBoolean isOver = new AtomicBoolean();
        try (ApiFixture first = ApiFixture.of(options)) {
            ApiFixture.Device grill = first.register("grill");
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(CompletableFuture.runAsync(() -> {
                    while (!isOver.get()) {
                        CheckedResponse answer = first.operator().order(grill.order());
                        if (answer.status() == 201) {
                            acknowledged.add(answer.text("id"));
                        } else {
                            answer.expectProblem(503, "unavailable", "the log cannot be used just now");
                        }
                    }
                }));
            }
            await().until(() -> acknowledged.size() > 20);

            try (ApiFixture second = takeOver()) {
                Set<String> atTakeover = ordersIn(second, grill);
                second.operator().order(grill.order()).expect(201);
                first.operator()
                        .order(grill.order())
                        .expectProblem(503, "unavailable", "the log cannot be used just now");
                await().until(() -> first.stranger().get("/readyz").status() == 503);
                assertTrue(
                        first.stranger().get("/readyz").expect(503).text().contains("another Bellwire server"),
                        first.stranger().get("/readyz").text());
                isOver.set(true);
                writers.forEach(CompletableFuture::join);
                assertTrue(atTakeover.containsAll(acknowledged), "acknowledged after the takeover, or lost");
                assertEquals(atTakeover.size() + 1, ordersIn(second, grill).size());
                second.stranger().get("/readyz").expect(200);
            } finally {
                isOver.set(true);
            }
        }
    }

    /** The orders of the feed, in which none is twice. */
    private static Set<String> ordersIn(ApiFixture server, ApiFixture.Device device) {
        Set<String> orders = new TreeSet<>();
        String cursor = "";
        while (true) {
            CheckedResponse page = server.operator()
                    .get(device.feed() + "?limit=1000&cursor=" + cursor)
                    .expect(200);
            page.json()
                    .forEach(change ->
                            assertTrue(orders.add(change.path("subject").asText()), "twice"));
            if (page.revisions().isEmpty()) {
                return orders;
            }
            cursor = page.cursor();
        }
    }
}
