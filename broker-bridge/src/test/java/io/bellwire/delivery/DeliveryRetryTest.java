package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static io.bellwire.delivery.StubCallSender.retryAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What follows an answer that is not 2xx, or no answer. */
class DeliveryRetryTest extends DeliveryFixture {
    private static final EndpointSettings IN_ORDER = settings(CallPayload.FULL);

    @Test
    void retriesFollowTheScheduleWithJitterAndThenTheEndpointIsDisabled() {
        put(IN_ORDER);
        sender.answer = call -> answered(500, "out of coffee\u0007");
        commit(1);
        after(Duration.ofDays(10));

        List<Duration> schedule = DeliveryOptions.DEFAULT.retries();
        List<Long> waits = sender.secondsBetween();
        assertEquals(schedule.size(), waits.size());
        for (int i = 0; i < waits.size(); i++) {
            long least = schedule.get(i).toSeconds();
            assertTrue(waits.get(i) >= least && waits.get(i) <= least * 6 / 5 + 1, "wait " + i + ": " + waits);
        }
        assertFalse(schedule.stream().map(Duration::toSeconds).toList().equals(waits));
        assertEquals(Map.of(MAIN, DisabledReason.RETRIES_EXHAUSTED), log.disabled);
        assertEquals(EndpointState.DISABLED, health().state());
        assertEquals("500: out of coffee.", health().lastError().orElseThrow().toString());
        assertEquals(0, Math.max(0, savedRevision()));
    }

    @Test
    void disabledEndpointGoesOnWhereItWasWhenItIsEnabled() {
        WebhookEndpoint endpoint = put(IN_ORDER);
        sender.answer = call -> answered(410);
        commit(2);
        after(Duration.ofMinutes(1));
        assertEquals(Map.of(MAIN, DisabledReason.GONE), log.disabled);
        assertEquals(1, sender.sent.size());

        deliveries.put(disabled(endpoint, DisabledReason.GONE), Optional.empty());
        commit(1);
        after(Duration.ofHours(1));
        assertEquals(1, sender.sent.size());

        sender.answer = call -> answered(200);
        deliveries.put(endpoint, Optional.empty());
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 1L, 2L, 3L), sender.revisions());
        assertEquals(EndpointState.HEALTHY, health().state());
    }

    @Test
    void disablingIsWrittenAgainIfThatFails() {
        put(IN_ORDER);
        log.isFailing = true;
        sender.answer = call -> answered(410);
        commit(1);
        after(Duration.ofMinutes(1));
        assertEquals(Map.of(), log.disabled);
        assertEquals(1, sender.sent.size());

        log.isFailing = false;
        after(EndpointWrites.AGAIN_AFTER.plusSeconds(1));
        assertEquals(Map.of(MAIN, DisabledReason.GONE), log.disabled);
    }

    @Test
    void fiveFailuresInARowPauseAndASuccessEndsThePause() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 8, 1_000), "*"));
        sender.answer = call -> answered(500);
        commit(30);
        after(Duration.ofSeconds(1));
        assertEquals(EndpointState.PAUSED, health().state());
        int before = sender.sent.size();
        assertTrue(before <= 5 + 8, "calls: " + before);

        // one probe at a time, by the schedule
        after(Duration.ofSeconds(6));
        assertEquals(before + 1, sender.sent.size());
        after(Duration.ofMinutes(4));
        assertEquals(before + 1, sender.sent.size());

        sender.answer = call -> answered(200);
        after(Duration.ofMinutes(3));
        assertEquals(EndpointState.HEALTHY, health().state());
        after(Duration.ofMinutes(10));
        assertEquals(0, health().pending());
    }

    @Test
    void endpointWhoseProbesAllFailIsDisabledThoughEachChangeWasTriedLittle() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 8, 1_000), "*"));
        sender.answer = call -> answered(500);
        commit(500);
        after(Duration.ofDays(8));

        assertEquals(Map.of(MAIN, DisabledReason.RETRIES_EXHAUSTED), log.disabled);
    }

    @Test
    void oneChangeThatFailsDoesNotPauseAnEndpointThatReceivesOthers() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 1, 1_000), "*"));
        sender.answer = call -> answered(call.webhookId().endsWith("-1") ? 500 : 200);
        for (int i = 0; i < 50; i++) {
            commit(1);
            after(Duration.ofMinutes(10));
        }

        assertEquals(50 + 4, sender.sent.size());
        assertEquals(EndpointState.HEALTHY, health().state());
    }

    @Test
    void retryAfterIsObeyedForAllChangesAndForADayAtMost() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 1, 1_000), "*"));
        sender.answer = call -> retryAfter(503, Duration.ofMinutes(3));
        commit(5);
        after(Duration.ofSeconds(179));
        assertEquals(1, sender.sent.size());
        sender.answer = call -> retryAfter(429, Duration.ofDays(30));
        after(Duration.ofSeconds(2));
        assertEquals(2, sender.sent.size());

        sender.answer = call -> answered(200);
        after(Duration.ofHours(24).minusSeconds(5));
        assertEquals(2, sender.sent.size());
        after(Duration.ofMinutes(10));
        assertEquals(0, health().pending());
    }

    @Test
    void busyTargetIsNoFailure() {
        put(IN_ORDER);
        sender.answer = call -> new CallResult.Busy(Duration.ofMillis(200));
        commit(1);
        after(Duration.ofSeconds(60));
        assertEquals(EndpointState.HEALTHY, health().state());
        assertTrue(sender.sent.size() <= 60_000 / 200, "calls: " + sender.sent.size());

        sender.answer = call -> answered(200);
        after(Duration.ofSeconds(1));
        assertEquals(0, health().pending());
    }

    @Test
    void tooLargeBodyIsFollowedByAThinnerOneAtOnce() {
        put(IN_ORDER);
        sender.answer = call -> answered(call.payload().equals("full") ? 413 : 200);
        commit(1);
        after(Duration.ofSeconds(1));

        assertEquals(List.of("abcdefghij-1", "abcdefghij-1"), sender.ids());
        assertEquals(
                "event;wanted=full;reason=answered-413",
                sender.sent.get(1).call().payload());
        assertFalse(sender.sent.get(1).text().contains("\"data\""));
        assertEquals(EndpointState.HEALTHY, health().state());

        // the next change is full again
        commit(1);
        after(Duration.ofSeconds(1));
        assertEquals("full", sender.sent.get(2).call().payload());
    }

    @Test
    void tooLargeThinnerBodyIsAFailure() {
        put(IN_ORDER);
        sender.answer = call -> answered(413);
        commit(1);
        after(Duration.ofSeconds(3));
        assertEquals(2, sender.sent.size());
        assertEquals(EndpointState.FAILING, health().state());

        after(Duration.ofSeconds(4));
        assertEquals(
                "event;wanted=full;reason=answered-413",
                sender.sent.get(2).call().payload());
    }

    @Test
    void changeThatThePartnerHasProcessedCountsAsReceivedThoughItsCallsFail() {
        put(IN_ORDER);
        sender.answer = call -> answered(call.webhookId().endsWith("-2") ? 500 : 200);
        commit(3);
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L), sender.revisions());

        processed(2);
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L, 3L), sender.revisions());
        assertEquals(1, count("bellwire.webhook.false.failures"));
        assertEquals(0, health().pending());
    }

    @Test
    void partnerIsToldOnceOfFailuresAndOfTheirEnd() {
        put(IN_ORDER);
        sender.answer = call -> new CallResult.Failed("timeout", "no answer within 15 s", Duration.ofSeconds(15));
        commit(1);
        after(Duration.ofHours(3));
        sender.answer = call -> answered(200);
        while (health().pending() > 0) {
            after(Duration.ofMinutes(1));
        }
        after(Duration.ofSeconds(1));

        assertEquals(
                List.of(new EndpointNews.Failing(2, "timeout: no answer within 15 s"), new EndpointNews.Recovered()),
                log.news);
    }

    @Test
    void endpointThatFailsHalfOfTheTimeIsNotToldMoreThanOnceAnHour() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 1, 1_000), "*"));
        sender.answer = call -> answered(sender.sent.size() % 4 < 2 ? 500 : 200);
        for (int i = 0; i < 600; i++) {
            commit(ACME, StubEndpointFeed.CREATED, new UUID(1, i), "{}");
            after(Duration.ofSeconds(12));
        }

        assertTrue(log.news.size() >= 2 && log.news.size() <= 6, "news: " + log.news.size());
    }

    @Test
    void changedSettingsAreTriedAtOnce() {
        put(IN_ORDER);
        sender.answer = call -> answered(500);
        commit(2);
        after(Duration.ofMinutes(20));
        assertEquals(3, sender.sent.size());

        sender.answer = call -> answered(200);
        deliveries.put(endpoint(settings(CallPayload.EVENT)), Optional.empty());
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 1L, 1L, 1L, 2L), sender.revisions());
        assertEquals("event", sender.sent.get(3).call().payload());
    }

    @Test
    void callWithoutAnEndCountsAsFailed() {
        put(IN_ORDER);
        sender.latency = call -> Duration.ofMillis(sender.sent.size() == 1 ? -1 : 2);
        commit(1);
        after(Duration.ofMinutes(1));

        assertEquals(List.of(1L, 1L), sender.revisions());
        assertEquals(0, health().pending());
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
    }

    @Test
    void answerToACallThatHasCountedAsFailedIsIgnored() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 2, 1_000), "*"));
        sender.latency = call -> Duration.ofSeconds(sender.sent.size() == 1 ? 28 : 10);
        commit(1);
        after(Duration.ofSeconds(26)); // 15 s, and 10 s for its sender
        assertEquals(1, health().failuresInRow());
        assertEquals("lost", health().lastError().orElseThrow().what());

        // its answer arrives
        after(Duration.ofSeconds(3));
        assertEquals(1, health().failuresInRow());
        assertEquals(1, health().attempts());
        assertEquals(1, health().pending());
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
        commit(5);
        after(Duration.ofSeconds(9));
        assertEquals(2, sender.underWayMax);
        after(Duration.ofMinutes(2));
        assertEquals(0, health().pending());
        assertEquals(2, sender.underWayMax);
        assertEquals(0, meters.get("bellwire.webhook.bytes.in.flight").gauge().value());
        assertEquals(0, count("bellwire.webhook.faults"));
    }

    @Test
    void settingsThatChangeDuringACallWaitForItsEnd() {
        put(IN_ORDER);
        sender.latency = call -> Duration.ofMillis(100);
        commit(1);
        time.runDue();
        deliveries.put(
                endpoint(settings(CallPayload.EVENT, CallOrdering.NONE, limits(1, 8, 1_000), "*")), Optional.empty());
        commit(1);
        after(Duration.ofMillis(50));
        assertEquals(List.of(1L), sender.revisions());

        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L), sender.revisions());
    }
}
