package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Epoch;
import io.bellwire.log.EventJson;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** In which order an endpoint is called, how many calls are under way, and where it stands. */
class DeliveryOrderTest extends DeliveryFixture {
    private static final EndpointSettings IN_ORDER = settings(CallPayload.FULL);

    private void commitOrders(int count) {
        for (int i = 0; i < count; i++) {
            commit(ACME, StubEndpointFeed.CREATED, new UUID(0, i), "{}");
        }
    }

    @Test
    void endpointGetsEachChangeOnceInOrderAndItsPositionIsSaved() {
        put(IN_ORDER);
        commit(3);
        after(Duration.ofMillis(100));
        commit(1);
        after(Duration.ofSeconds(2));

        assertEquals(List.of(1L, 2L, 3L, 4L), sender.revisions());
        assertEquals(1, sender.underWayMax);
        assertEquals(4, savedRevision());
        assertEquals(1, log.saves);
        assertEquals(0, health().pending());
    }

    @Test
    void newEndpointBeginsAtTheHead() {
        commit(5);
        deliveries.put(endpoint(IN_ORDER), Optional.empty());
        after(Duration.ofSeconds(2));
        commit(1);
        after(Duration.ofSeconds(2));

        assertEquals(List.of(6L), sender.revisions());
    }

    @Test
    void changesOfUnwantedTypesMoveThePositionWithoutCalls() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, CallLimits.DEFAULT, "io.bellwire.order.*"));
        for (int i = 0; i < 300; i++) {
            commit(ACME, "com.example.other", ORDER_7, "{}");
        }
        commit(1);
        commit(ACME, "com.example.other", ORDER_7, "{}");
        after(Duration.ofSeconds(2));

        assertEquals(List.of(301L), sender.revisions());
        assertEquals(0, health().pending());

        // later: the rest is saved too, though no call was made
        commit(ACME, "com.example.other", ORDER_7, "{}");
        after(Duration.ofSeconds(10));
        int saves = log.saves;
        after(PositionSaver.LATER.plusSeconds(1));
        assertEquals(saves + 1, log.saves);
        assertEquals(303, savedRevision());
    }

    @Test
    void batchHasAsManyChangesAsItsLimits() {
        put(settings(
                CallPayload.FULL, CallOrdering.FEED, new CallLimits(3, 1_024, 1, 100, Duration.ofSeconds(15)), "*"));
        sender.latency = call -> Duration.ofMillis(50);
        commit(1);
        time.runDue();
        commit(7);
        commit(ACME, StubEndpointFeed.CREATED, ORDER_7, "\"" + "x".repeat(600) + "\"");
        commit(ACME, StubEndpointFeed.CREATED, ORDER_7, "\"" + "x".repeat(600) + "\"");
        after(Duration.ofSeconds(1));

        assertEquals(
                List.of(
                        "abcdefghij-1",
                        "abcdefghij-2-4",
                        "abcdefghij-5-7",
                        "abcdefghij-8",
                        "abcdefghij-9",
                        "abcdefghij-10"),
                sender.ids());
        assertEquals(CallBody.BATCH, sender.sent.get(1).call().contentType());
        assertEquals(CallBody.ONE, sender.sent.get(3).call().contentType());
    }

    @Test
    void batchThatFailsIsRepeatedWithTheSameIdThoughTheFeedHasGrown() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(10, 1, 100), "*"));
        sender.answer = call -> answered(sender.sent.size() < 2 ? 500 : 200);
        feed.recentMax = 0; // each attempt reads the store
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        commit(1);
        after(Duration.ofSeconds(1));
        commit(1);
        after(Duration.ofSeconds(10));

        assertEquals(List.of("abcdefghij-1-2", "abcdefghij-1-2", "abcdefghij-3"), sender.ids());
    }

    @Test
    void changesOfOneOrderComeInOrderAndThoseOfOthersMeanwhile() {
        put(settings(CallPayload.FULL, CallOrdering.ORDER, limits(1, 4, 1_000), "*"));
        sender.latency = call -> Duration.ofMillis(100);
        commit(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        commit(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        commit(ACME, StubEndpointFeed.CREATED, ORDER_8, "{}");
        after(Duration.ofMillis(50));
        assertEquals(List.of(1L, 3L), sender.revisions());

        after(Duration.ofMillis(100));
        assertEquals(List.of(1L, 3L, 2L), sender.revisions());
    }

    @Test
    void eventsWithoutSubjectComeInOrder() {
        put(settings(CallPayload.FULL, CallOrdering.ORDER, limits(1, 4, 1_000), "*"));
        sender.latency = call -> Duration.ofMillis(100);
        for (int i = 0; i < 3; i++) {
            byte[] json = "\"type\":\"com.example.x\",\"originid\":\"1\"}".getBytes(StandardCharsets.UTF_8);
            feed.append(ACME, new EventJson(json, 0), null);
        }
        announce(ACME);
        after(Duration.ofMillis(50));

        assertEquals(List.of(1L), sender.revisions());
    }

    @Test
    void failingChangeHoldsUpItsOwnOrderOnlyAndAtMostTheWindow() {
        put(settings(CallPayload.FULL, CallOrdering.ORDER, limits(1, 8, 1_000), "*"));
        sender.answer = call -> answered(call.webhookId().endsWith("-1") ? 500 : 200);
        commit(1); // of order 7, and fails
        commit(1);
        commitOrders(1_500);
        after(Duration.ofMinutes(1));

        assertTrue(!sender.revisions().contains(2L));
        assertEquals(1 + 998, new HashSet<>(sender.revisions()).size());
        after(Duration.ofSeconds(2));
        assertEquals(0, health().position().orElseThrow().value());

        // heals: all others follow, none twice
        sender.answer = call -> answered(200);
        after(Duration.ofMinutes(6));
        assertEquals(0, health().pending());
        assertEquals(1_502, new HashSet<>(sender.revisions()).size());
        assertEquals(1_502 + 2, sender.sent.size());
        assertEquals(1_502, savedRevision());
    }

    @Test
    void unorderedCallsAreParallelUpToTheLimit() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 5, 1_000), "*"));
        sender.latency = call -> Duration.ofSeconds(1);
        commit(20);
        after(Duration.ofMillis(500));
        assertEquals(5, sender.sent.size());

        after(Duration.ofSeconds(5));
        assertEquals(5, sender.underWayMax);
        assertEquals(
                LongStream.rangeClosed(1, 20).boxed().toList(),
                sender.revisions().stream().sorted().toList());
    }

    @Test
    void rateIsNeverExceeded() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 32, 10), "*"));
        commit(100);
        after(Duration.ofSeconds(20));

        assertEquals(100, sender.sent.size());
        for (int i = 10; i < 100; i++) {
            assertTrue(sender.sent.get(i).atNanos() - sender.sent.get(i - 10).atNanos() >= 1_000_000_000L);
        }
    }

    @Test
    void killRepeatsWhatWasNotSavedAndSkipsNothing() {
        WebhookEndpoint endpoint = put(IN_ORDER);
        commit(3);
        after(Duration.ofSeconds(2));
        sender.latency = call -> Duration.ofMillis(400);
        commit(3);
        after(Duration.ofMillis(900)); // 4 and 5 are received, 6 is under way, nothing of that is saved
        sender.sent.clear();

        killAndRestart(endpoint);
        after(Duration.ofSeconds(3));

        assertEquals(List.of(4L, 5L, 6L), sender.revisions());
        assertEquals(6, savedRevision());
    }

    @Test
    void positionsThatCouldNotBeSavedAreSavedLater() {
        put(IN_ORDER);
        log.isFailing = true;
        commit(1);
        after(Duration.ofSeconds(5));
        assertEquals(-1, savedRevision());

        log.isFailing = false;
        after(Duration.ofSeconds(3));
        assertEquals(1, savedRevision());
    }

    @Test
    void whatRetentionHasTakenIsReportedAndTheRestDelivered() {
        commit(10);
        feed.of(ACME).earliest = 6;
        put(IN_ORDER);
        after(Duration.ofSeconds(2));

        assertEquals(List.of(7L, 8L, 9L, 10L), sender.revisions());
        assertEquals(List.of(new EndpointNews.Missed(new Revision(1), new Revision(6), 6)), log.news);
    }

    @Test
    void restOfABatchThatRetentionHasCutIsAnotherBatch() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(4, 1, 100), "*"));
        sender.answer = call -> answered(sender.sent.size() < 2 ? 500 : 200);
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        commit(1);
        after(Duration.ofSeconds(1));
        feed.of(ACME).earliest = 1;
        after(Duration.ofSeconds(10));

        assertEquals(List.of("abcdefghij-1-3", "abcdefghij-2-3"), sender.ids());
    }

    @Test
    void restoredLogGoesOnAtTheSameRevisionOrAtItsHead() {
        commit(5);
        WebhookEndpoint endpoint = endpoint(IN_ORDER);
        Epoch old = new Epoch("0000000000");
        deliveries.put(endpoint, Optional.of(new EndpointPosition(old, new Revision(3))));
        after(Duration.ofSeconds(2));
        assertEquals(List.of(4L, 5L), sender.revisions());

        sender.sent.clear();
        log.positions.put(MAIN, new EndpointPosition(old, new Revision(9)));
        killAndRestart(endpoint);
        after(Duration.ofSeconds(2));
        commit(1);
        after(Duration.ofSeconds(2));
        assertEquals(List.of(6L), sender.revisions());
        assertEquals(6, savedRevision());
        assertEquals(feed.epoch, log.positions.get(MAIN).epoch());
    }

    @Test
    void readsThatFailAreRepeated() {
        feed.recentMax = 0;
        feed.isFailing = true;
        put(IN_ORDER);
        commit(2);
        after(Duration.ofSeconds(5));
        assertEquals(List.of(), sender.sent);
        assertTrue(feed.loads <= 4, "reads: " + feed.loads);

        feed.isFailing = false;
        after(Duration.ofSeconds(5));
        assertEquals(List.of(1L, 2L), sender.revisions());
    }

    @Test
    void batchLeavesOutUnwantedChangesBetweenItsOwn() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(3, 1, 100), "io.bellwire.*"));
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        feed.append(ACME, "com.example.other", ORDER_7, "{}");
        commit(1);
        after(Duration.ofSeconds(1));

        assertEquals(List.of("abcdefghij-1-3"), sender.ids());
        assertTrue(!sender.sent.get(0).text().contains("com.example.other"));
    }
}
