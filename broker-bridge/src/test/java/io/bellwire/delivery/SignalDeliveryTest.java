package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Endpoints that get signals: one call for the head, and reminders while the partner does not read. */
class SignalDeliveryTest extends DeliveryFixture {
    private static final EndpointSettings SIGNALS = settings(CallPayload.SIGNAL);

    private void read(long revision) {
        feed.of(ACME).read = revision;
        deliveries.received(ACME, new Revision(revision));
    }

    @Test
    void changesWhileASignalIsUnderWayMakeOneMore() {
        put(SIGNALS);
        sender.latency = call -> Duration.ofMillis(100);
        commit(1);
        time.runDue();
        commit(9);
        after(Duration.ofSeconds(1));

        assertEquals(List.of("abcdefghij-1-signal", "abcdefghij-10-signal"), sender.ids());
        assertEquals(10, savedRevisionAfterASecond());
    }

    private long savedRevisionAfterASecond() {
        after(Duration.ofSeconds(2));
        return savedRevision();
    }

    @Test
    void signalSaysHowManyChangesThePartnerHasNotProcessed() {
        put(SIGNALS);
        processed(0);
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, "{}");
        feed.of(ACME).processed = 1;
        commit(1);
        after(Duration.ofSeconds(1));

        String cursor = feed.recent(ACME, new Revision(3), 1, 1).head().toString();
        String text = sender.sent.get(0).text();
        assertTrue(text.contains("\"type\":\"io.bellwire.feed.signal\""), text);
        assertTrue(text.endsWith(",\"data\":{\"pending\":2,\"cursor\":\"" + cursor + "\"}}"), text);
        assertEquals("signal", sender.sent.get(0).call().payload());
    }

    @Test
    void failedSignalIsRepeatedForTheHeadOfThen() {
        put(SIGNALS);
        sender.answer = call -> answered(sender.sent.size() < 2 ? 500 : 200);
        commit(1);
        after(Duration.ofSeconds(1));
        commit(1);
        after(Duration.ofSeconds(10));

        assertEquals(List.of("abcdefghij-1-signal", "abcdefghij-2-signal"), sender.ids());
    }

    @Test
    void signalIsRepeatedUntilThePartnerReadsItsFeed() {
        put(SIGNALS);
        commit(1);
        after(Duration.ofHours(20));
        List<Long> minutes = sender.secondsBetween().stream().map(s -> s / 60).toList();
        assertEquals(List.of(10L, 20L, 40L, 80L, 160L, 240L, 240L, 240L), minutes);
        // a receiver that drops what it has had must see each of them
        assertEquals(
                List.of("abcdefghij-1-signal", "abcdefghij-1-signal-1", "abcdefghij-1-signal-2"),
                sender.ids().subList(0, 3));

        read(1);
        after(Duration.ofHours(20));
        assertEquals(9, sender.sent.size());
        assertEquals(1, health().position().orElseThrow().value());
    }

    @Test
    void partnerThatReadsGetsNoReminder() {
        put(SIGNALS);
        commit(1);
        after(Duration.ofMinutes(1));
        read(1);
        after(Duration.ofHours(1));

        assertEquals(1, sender.sent.size());
    }

    @Test
    void signalFromBeforeAKillIsRepeatedToo() {
        WebhookEndpoint endpoint = put(SIGNALS);
        commit(1);
        after(Duration.ofSeconds(5));
        killAndRestart(endpoint);
        after(Duration.ofMinutes(9));
        assertEquals(1, sender.sent.size());

        after(Duration.ofMinutes(2));
        assertEquals(2, sender.sent.size());
    }

    @Test
    void onlyWantedTypesAreSignalled() {
        put(settings(CallPayload.SIGNAL, CallOrdering.FEED, CallLimits.DEFAULT, "*.created"));
        commit(ACME, "com.example.other", ORDER_7, "{}");
        after(Duration.ofMinutes(1));
        assertEquals(List.of(), sender.ids());

        commit(1);
        commit(ACME, "com.example.other", ORDER_7, "{}");
        after(Duration.ofMinutes(1));
        assertEquals(List.of("abcdefghij-3-signal"), sender.ids());
    }

    @Test
    void nothingIsSignalledThatThePartnerHasProcessed() {
        WebhookEndpoint endpoint = endpoint(SIGNALS);
        commit(3);
        feed.of(ACME).processed = 3;
        deliveries.put(endpoint, Optional.of(new EndpointPosition(feed.epoch, Revision.NONE)));
        after(Duration.ofHours(1));

        assertEquals(List.of(), sender.ids());
        assertEquals(0, health().pending());
    }
}
