package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static io.bellwire.delivery.StubCallSender.retryAfter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Partners that process what their endpoints have answered with errors. */
class FalseFailuresTest extends DeliveryFixture {
    @Test
    void falseFailuresAreCountedForEachEndpoint() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 8, 1_000), "*"));
        sender.answer = call -> answered(call.webhookId().endsWith("-2") ? 500 : 200);
        commit(3);
        after(Duration.ofSeconds(4));
        assertEquals(0, health().falseFailures());
        assertEquals(1, savedRevision());
        processed(3);
        after(Duration.ofSeconds(2));

        assertEquals(1, health().falseFailures());
        assertEquals(0, health().pending());
        assertEquals(3, savedRevision());
    }

    @Test
    void failuresAreShownForAnHourThoughNothingIsPending() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> answered(500);
        commit(1);
        after(Duration.ofSeconds(1));
        processed(1);
        after(Duration.ofMinutes(58));
        assertEquals(EndpointState.FAILING, health().state());

        after(Duration.ofMinutes(2));
        assertEquals(EndpointState.HEALTHY, health().state());
        assertEquals(1, health().failuresInRow());
        assertEquals(
                1,
                meters.get("bellwire.webhook.endpoints")
                        .tags("state", "healthy")
                        .gauge()
                        .value());
        assertEquals(0, time.tasks());

        commit(1);
        after(Duration.ofSeconds(1));
        assertEquals(EndpointState.FAILING, health().state());
        after(Duration.ofHours(3)); // something is pending
        assertTrue(health().state() != EndpointState.HEALTHY);
    }

    @Test
    void partnerThatReadsByItselfWhileItsEndpointIsPausedHasNothingPending() {
        WebhookEndpoint endpoint = put(settings(CallPayload.FULL));
        sender.answer = call -> answered(500);
        commit(50);
        after(Duration.ofHours(8));
        assertEquals(EndpointState.PAUSED, health().state());
        int before = sender.sent.size();

        processed(50);
        after(Duration.ofSeconds(1));
        assertEquals(0, health().pending());
        assertEquals(1, health().falseFailures()); // the others were not tried
        after(Duration.ofDays(30));
        assertEquals(before, sender.sent.size());
        assertEquals(Map.of(), log.disabled);
        assertEquals(50, savedRevision());

        // the next change is a probe, and ends the pause
        sender.answer = call -> answered(200);
        commit(1);
        after(Duration.ofSeconds(3));
        assertEquals(EndpointState.HEALTHY, health().state());
        assertEquals(51, savedRevision());

        killAndRestart(endpoint);
        after(Duration.ofHours(1));
        assertEquals(before + 1, sender.sent.size());
    }

    @Test
    void whatIsLeftIsNotAsOldAsWhatThePartnerHasReadByItself() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> retryAfter(503, Duration.ofHours(2));
        commit(50);
        while (health().state() != EndpointState.PAUSED) {
            after(Duration.ofMinutes(1));
        }
        assertEquals(OptionalLong.of(StubEndpointFeed.BEGIN_MILLIS + 1), health().oldestMillis());

        processed(49);
        after(Duration.ofSeconds(1));
        assertEquals(1, health().pending());
        assertEquals(OptionalLong.empty(), health().oldestMillis()); // not read before the next call may be made
        after(Duration.ofHours(3));
        assertEquals(OptionalLong.of(StubEndpointFeed.BEGIN_MILLIS + 50), health().oldestMillis());
    }

    @Test
    void callUnderWayWhileThePartnerReadsByItselfEndsAsItDoes() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> answered(500);
        sender.latency = call -> Duration.ofSeconds(10);
        commit(3);
        while (health().state() != EndpointState.PAUSED || sender.underWay == 0) {
            after(Duration.ofSeconds(1));
        }
        processed(2);
        after(Duration.ofSeconds(1));
        assertEquals(3, health().pending()); // its call may still be received
        after(Duration.ofSeconds(15));
        assertEquals(1, health().pending());
        assertEquals(1, health().falseFailures());
        sender.answer = call -> answered(200);
        after(Duration.ofDays(1));
        List<Long> revisions = sender.revisions();
        assertEquals(3, revisions.get(revisions.size() - 1));
        assertEquals(0, health().pending());
    }

    @Test
    void endpointThatIsNotPausedGetsWhatItsPartnerHasReadByItself() {
        put(settings(CallPayload.FULL));
        sender.latency = call -> Duration.ofSeconds(1);
        commit(5);
        processed(5);
        after(Duration.ofSeconds(10));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), sender.revisions());
    }
}
