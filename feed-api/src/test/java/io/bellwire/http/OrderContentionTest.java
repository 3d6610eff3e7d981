package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An order changes between the preparation of a change and the writer's decision. The feed router is called in between,
 * and there these tests make the other change.
 */
class OrderContentionTest {
    /** Changes by others, each made once, before the change with this recipe is decided. */
    private record ConcurrentChanges(String recipe, List<Runnable> changes) {}

    private final List<String> prepared = new CopyOnWriteArrayList<>();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final AtomicReference<ConcurrentChanges> concurrentChanges =
            new AtomicReference<>(new ConcurrentChanges("none", List.of()));
    private ApiFixture server;
    private ApiFixture.Device grill;
    private String order;

    @BeforeEach
    void makeOrder() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
        order = server.operator().order(grill.order()).expect(201).header("location");
        server.api().chooseFeeds(facts -> {
            String recipe = String.valueOf(facts.attribute("recipe_id"));
            threads.add(Thread.currentThread().getName());
            prepared.add(recipe + " " + facts.attribute("status"));
            ConcurrentChanges now = concurrentChanges.get();
            if (now.recipe().equals(recipe) && !now.changes().isEmpty()) {
                concurrentChanges.set(new ConcurrentChanges(
                        recipe, now.changes().subList(1, now.changes().size())));
                now.changes().get(0).run();
            }
            return List.of();
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Makes these changes before the next changes with this recipe are decided, one before each try. */
    private void changeBeforeDecision(String recipe, Runnable... changes) {
        concurrentChanges.set(new ConcurrentChanges(recipe, List.of(changes)));
    }

    private CheckedResponse patch(String json, String... headers) {
        return server.operator().patch(order, json, headers);
    }

    private Runnable otherVolume(int volume) {
        // another recipe, so that this change is not overtaken itself
        return () -> patch("{\"recipe_id\":\"other\",\"volume\":" + volume + "}", "If-Match", "*")
                .expect(200);
    }

    private List<String> changes() {
        List<String> changes = new ArrayList<>();
        grill.client().get(grill.feed()).expect(200).json().forEach(change -> {
            JsonNode data = change.path("data");
            changes.add(data.path("version") + " " + data.path("recipe_id").asText("-") + " "
                    + data.path("volume").asText("-"));
        });
        return changes;
    }

    @Test
    void asManyChangesAtOnceAsThereAreTriesAllTakeEffect() {
        ApiFixture.Device fryer = server.register("fryer");
        HeldWriter writer = new HeldWriter(FeedId.ofDevice(new io.bellwire.log.DeviceId(fryer.id())));
        server.api().listen(writer);
        CompletableFuture<CheckedResponse> holding =
                server.operator().postLater("application/json", "/v1/orders", fryer.order());
        await().until(writer::isHeld);
        List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
        for (int i = 0; i < OrderChangeSubmitter.TRIES_MAX; i++) {
            answers.add(server.operator().patchLater(order, "{\"data\":{\"from-" + i + "\":true}}", "If-Match", "*"));
        }
        await().until(() ->
                server.meters().get("bellwire.log.queued.writes").gauge().value() == OrderChangeSubmitter.TRIES_MAX);

        writer.release();

        Set<String> versions = new TreeSet<>();
        answers.forEach(answer -> versions.add(answer.join().expect(200).header("etag")));
        holding.join().expect(201);
        assertEquals(OrderChangeSubmitter.TRIES_MAX, versions.size());
        JsonNode last = server.operator().get(order).expect(200).json();
        assertEquals(OrderChangeSubmitter.TRIES_MAX + 1, last.path("version").asInt());
        assertEquals(OrderChangeSubmitter.TRIES_MAX, last.path("data").size(), last.toString());
        assertTrue(
                prepared.size() > OrderChangeSubmitter.TRIES_MAX,
                "all were prepared against the same version at first");
    }

    @Test
    void changeThatWasOvertakenIsMadeOfTheNewerOrder() {
        changeBeforeDecision("ours", otherVolume(7));

        CheckedResponse answer =
                patch("{\"recipe_id\":\"ours\"}", "If-Match", "*").expect(200);

        assertEquals("\"3\"", answer.header("etag"));
        assertEquals(List.of("1 - -", "2 other 7", "3 ours 7"), changes());
    }

    @Test
    void eachTryIsPreparedOnAReaderThread() {
        changeBeforeDecision("ours", otherVolume(7));

        patch("{\"recipe_id\":\"ours\"}", "If-Match", "*").expect(200);
        bulk(item(id(), "accepted"), item(id(), "in_progress"));

        assertEquals(List.of("ours new", "other new", "ours new", "ours accepted", "ours in_progress"), prepared);
        assertEquals(Set.of("log-reader"), threads);
    }

    @Test
    void changeThatWasOvertakenByAllowedStepsMayNotBeAStepAnyMore() {
        changeBeforeDecision(
                "ours", () -> server.operator().step(order, "cancelled").expect(200));

        patch("{\"recipe_id\":\"ours\",\"status\":\"accepted\"}", "If-Match", "*")
                .expectProblem(409, "forbidden-step", "the order is cancelled");
    }

    @Test
    void changeOfAVersionThatWasOvertakenIsStale() {
        changeBeforeDecision("ours", otherVolume(7));

        patch("{\"recipe_id\":\"ours\"}", "If-Match", "\"1\"")
                .expectProblem(412, "precondition-failed", "ETag is \"2\"");

        assertEquals(List.of("1 - -", "2 other 7"), changes());
    }

    @Test
    void lockThatWasTakenInBetweenIsRespected() {
        changeBeforeDecision(
                "ours", () -> server.operator().post(order + "/lock").expect(201));

        patch("{\"recipe_id\":\"ours\"}", "If-Match", "*").expectProblem(409, "locked", "locked by another");

        assertEquals(List.of("ours new"), prepared, "the order itself is as it was");
    }

    @Test
    void changeThatIsOvertakenAtEachTryIsRefusedAndMayBeRepeated() {
        Runnable[] others = new Runnable[OrderChangeSubmitter.TRIES_MAX];
        for (int i = 0; i < others.length; i++) {
            others[i] = otherVolume(i);
        }
        changeBeforeDecision("ours", others);

        CheckedResponse refused = patch("{\"recipe_id\":\"ours\"}", "If-Match", "*", "Idempotency-Key", "k");

        refused.expectProblem(503, "overloaded", "others changed the order at each try");
        assertEquals("1", refused.header("retry-after"));
        assertEquals(1 + OrderChangeSubmitter.TRIES_MAX, changes().size(), "nothing was written");

        CheckedResponse done = patch("{\"recipe_id\":\"ours\"}", "If-Match", "*", "Idempotency-Key", "k")
                .expect(200);
        assertEquals("\"" + (2 + OrderChangeSubmitter.TRIES_MAX) + "\"", done.header("etag"));
        otherVolume(99).run();
        CheckedResponse again = patch("{\"recipe_id\":\"ours\"}", "If-Match", "*", "Idempotency-Key", "k")
                .expect(200);
        assertEquals(done.text(), again.text());
    }

    @Test
    void keyThatWasUsedInBetweenGivesTheFirstAnswer() {
        String json = "{\"recipe_id\":\"ours\"}";
        List<CheckedResponse> first = new ArrayList<>();
        changeBeforeDecision("ours", () -> {
            first.add(patch(json, "If-Match", "*", "Idempotency-Key", "k").expect(200));
            otherVolume(7).run();
        });

        CheckedResponse second =
                patch(json, "If-Match", "*", "Idempotency-Key", "k").expect(200);

        assertEquals(first.get(0).text(), second.text());
        assertEquals(List.of("1 - -", "2 ours -", "3 other 7"), changes());
    }

    @Test
    void bulkChangeIsPreparedAgainForTheOrderThatChangedAndNoneIsDoneTwice() {
        String calm = server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\",\"recipe_id\":\"calm\"}")
                .expect(201)
                .text("id");
        patch("{\"recipe_id\":\"busy\"}", "If-Match", "*").expect(200);
        prepared.clear();
        changeBeforeDecision(
                "busy", () -> patch("{\"volume\":7}", "If-Match", "*").expect(200));

        JsonNode results = bulk(item(calm, "accepted"), item(id(), "accepted"), item(id(), "in_progress"))
                .path("results");

        assertEquals(List.of("accepted", "accepted", "in_progress"), texts(results, "status"));
        assertEquals(List.of("2", "4", "5"), texts(results, "version"));
        assertEquals(
                List.of(
                        "calm accepted",
                        "busy accepted",
                        "busy new",
                        "busy in_progress",
                        "busy accepted",
                        "busy in_progress"),
                prepared);
        assertEquals(
                List.of("1 - -", "1 calm -", "2 busy -", "3 busy 7", "2 calm -", "4 busy 7", "5 busy 7"), changes());
    }

    @Test
    void bulkItemsOfAnOrderThatIsLockedInBetweenAreAllRefused() {
        patch("{\"recipe_id\":\"busy\"}", "If-Match", "*").expect(200);
        changeBeforeDecision("busy", () -> server.operator()
                .postJson(order + "/lock", "{\"seconds\":30}")
                .expect(201));

        JsonNode results =
                bulk(item(id(), "accepted"), item(id(), "in_progress")).path("results");

        assertEquals(List.of("refused", "refused"), texts(results, "result"));
        for (JsonNode result : results) {
            JsonNode problem = result.path("problem");
            assertEquals("urn:bellwire:problem:locked", problem.path("type").asText());
            long left = problem.path("remaining_ms").asLong();
            assertTrue(left > 0 && left <= 30_000, problem.toString());
            assertEquals(
                    "the order is locked by another for " + left + " ms more",
                    problem.path("detail").asText());
        }
    }

    private String id() {
        return order.substring(order.lastIndexOf('/') + 1);
    }

    private static String item(String id, String status) {
        return "{\"order_id\":\"" + id + "\",\"new_status\":\"" + status + "\"}";
    }

    private JsonNode bulk(String... items) {
        return server.operator()
                .postJson("/v1/orders/bulk-status-change", "{\"status_changes\":[" + String.join(",", items) + "]}")
                .expect(200)
                .json();
    }

    private static List<String> texts(JsonNode results, String field) {
        List<String> texts = new ArrayList<>();
        results.forEach(result -> texts.add(result.path(field).asText()));
        return texts;
    }

    /** Blocks the log's writer at a commit to the feed, until it is released. Thread-safe. */
    private static final class HeldWriter implements FeedListener {
        private final FeedId feed;
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        HeldWriter(FeedId feed) {
            this.feed = feed;
        }

        boolean isHeld() {
            return held.getCount() == 0;
        }

        void release() {
            released.countDown();
        }

        @Override
        public void committed(List<Advance> advances) {
            if (advances.stream().anyMatch(advance -> advance.feed().equals(feed))) {
                held.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
