package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An endpoint that answers 2xx though its partner processes nothing is suspicious after an hour, and only then. */
class SuspiciousEndpointTest extends DeliveryFixture {
    private static final EndpointSettings FULL = settings(CallPayload.FULL);

    private static EndpointNews suspicious(long received, long processed) {
        return new EndpointNews.Suspicious(new Revision(received), new Revision(processed));
    }

    private double suspiciousEndpoints() {
        return meters.get("bellwire.webhook.endpoints.suspicious").gauge().value();
    }

    private boolean isSuspicious() {
        return health().isSuspicious();
    }

    @Test
    void endpointWhosePartnerProcessesNothingIsSuspiciousUntilItDoes() {
        put(FULL);
        commit(2);
        after(Duration.ofMinutes(59));
        commit(1); // what is received later is no excuse
        assertFalse(isSuspicious());
        after(Duration.ofMinutes(2));

        assertTrue(isSuspicious());
        assertEquals(1, suspiciousEndpoints());
        assertEquals(List.of(suspicious(3, 0)), log.news);
        after(Duration.ofDays(2));
        assertEquals(1, log.news.size());

        processed(1);
        after(Duration.ofSeconds(1));
        assertFalse(isSuspicious());
        assertEquals(0, suspiciousEndpoints());
        assertEquals(List.of(suspicious(3, 0), new EndpointNews.Trusted()), log.news);

        // two are still to be processed
        after(Duration.ofMinutes(59));
        assertFalse(isSuspicious());
        after(Duration.ofMinutes(2));
        assertTrue(isSuspicious());
        assertEquals(suspicious(3, 1), log.news.get(2));
    }

    @Test
    void partnerThatProcessesSlowlyIsNotSuspicious() {
        put(FULL);
        commit(20);
        for (int i = 1; i <= 20; i++) {
            after(Duration.ofMinutes(55));
            processed(i);
        }
        after(Duration.ofDays(1));
        assertEquals(List.of(), log.news);
    }

    @Test
    void timeBeginsWithWhatIsReceivedAndNotWithTheLastAcknowledgement() {
        put(FULL);
        commit(1);
        after(Duration.ofMinutes(1));
        processed(1);
        after(Duration.ofDays(3));
        commit(1);
        after(Duration.ofMinutes(50));
        assertFalse(isSuspicious());
        processed(2);
        after(Duration.ofDays(1));

        assertEquals(List.of(), log.news);
        assertEquals(0, time.tasks(), "an endpoint that has nothing to wait for has no timer");
    }

    @Test
    void endpointWhoseCallsFailIsNotSuspicious() {
        put(FULL);
        sender.answer = call -> answered(500);
        commit(1);
        after(Duration.ofHours(3));
        assertFalse(isSuspicious());
    }

    @Test
    void readingIsNotProcessing() {
        put(settings(CallPayload.SIGNAL));
        commit(1);
        after(Duration.ofMinutes(1));
        feed.of(ACME).read = 1;
        deliveries.received(ACME, new Revision(1));
        after(Duration.ofHours(1));
        assertTrue(isSuspicious());
    }

    @Test
    void changesThatAreNotWantedNeedNotBeProcessed() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, CallLimits.DEFAULT, "*.created"));
        commit(1);
        after(Duration.ofMinutes(1));
        processed(1);
        commit(ACME, "com.example.other", ORDER_7, "{}");
        after(Duration.ofDays(1));
        assertEquals(2, health().position().orElseThrow().value());
        assertFalse(isSuspicious());
    }

    @Test
    void endpointThatNeedNotAcknowledgeIsTrusted() {
        put(FULL);
        commit(1);
        after(Duration.ofHours(2));
        assertTrue(isSuspicious());

        EndpointSettings silent = new EndpointSettings(
                FULL.types(),
                FULL.payload(),
                FULL.ordering(),
                FULL.limits(),
                FULL.signatures(),
                SealedHeaders.NONE,
                List.of(),
                false);
        deliveries.put(endpoint(silent), Optional.empty());
        commit(1);
        after(Duration.ofDays(1));
        assertFalse(isSuspicious());
        assertEquals(List.of(suspicious(1, 0), new EndpointNews.Trusted()), log.news);
    }

    @Test
    void disabledEndpointBeginsAnew() {
        WebhookEndpoint endpoint = put(FULL);
        commit(1);
        after(Duration.ofHours(2));
        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        after(Duration.ofHours(2));
        assertFalse(isSuspicious());

        deliveries.put(endpoint, Optional.empty());
        after(Duration.ofHours(2));
        assertFalse(isSuspicious());
        commit(1);
        after(Duration.ofHours(2));
        assertTrue(isSuspicious());
    }

    @Test
    void restartBeginsAnew() {
        WebhookEndpoint endpoint = put(FULL);
        commit(1);
        after(Duration.ofMinutes(50));
        killAndRestart(endpoint);
        after(Duration.ofHours(10));
        assertFalse(isSuspicious());

        commit(1);
        after(Duration.ofMinutes(59));
        assertFalse(isSuspicious());
        after(Duration.ofMinutes(2));
        assertTrue(isSuspicious());
    }

    @Test
    void removedEndpointIsNotCounted() {
        put(FULL);
        commit(1);
        after(Duration.ofHours(2));
        assertEquals(1, suspiciousEndpoints());
        deliveries.remove(MAIN);
        after(Duration.ofSeconds(1));
        assertEquals(0, suspiciousEndpoints());
    }

    @Test
    void partnerIsToldOnceAnHourAtMost() {
        deliveries = deliveries(DeliveryOptions.DEFAULT.withWatch(Duration.ofMinutes(1), Duration.ZERO));
        put(FULL);
        for (int i = 1; i <= 100; i++) {
            commit(1);
            after(Duration.ofMinutes(3));
            assertTrue(isSuspicious());
            processed(i);
            after(Duration.ofMinutes(3)); // ten hours in all
        }

        long told = log.news.stream()
                .filter(news -> news instanceof EndpointNews.Suspicious)
                .count();
        assertTrue(told >= 8 && told <= 10, "news: " + told);
        assertEquals(2 * told, log.news.size());
    }
}
