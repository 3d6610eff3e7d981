package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.SignatureCheck;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Receivers that get calls with a wrong signature from time to time. */
class SignatureProbeTest extends DeliveryFixture {
    private static final EndpointSettings FULL = settings(CallPayload.FULL);
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    /** What probes are answered. */
    private int probeStatus = 401;

    private int otherStatus = 200;

    @BeforeEach
    void probe() {
        deliveries = deliveries(DeliveryOptions.DEFAULT.withWatch(Duration.ofHours(1), INTERVAL));
        sender.answer = call -> answered(isProbe(call) ? probeStatus : otherStatus);
    }

    private static boolean isProbe(PreparedCall call) {
        return call.payload().equals("probe");
    }

    private List<StubCallSender.Sent> probes() {
        return sender.sent.stream().filter(one -> isProbe(one.call())).toList();
    }

    /** A change each 30 s, which the partner processes. */
    private void liveTraffic(Duration duration) {
        for (long i = duration.toSeconds() / 30; i > 0; i--) {
            commit(1);
            processed(feed.of(ACME).head());
            after(Duration.ofSeconds(30));
        }
    }

    private SignatureCheck check() {
        return health().signatureCheck();
    }

    @Test
    void receiverIsProbedNowAndThenWhileItReceivesCalls() {
        put(FULL);
        liveTraffic(Duration.ofHours(10));

        List<StubCallSender.Sent> probes = probes();
        assertTrue(probes.size() >= 50 && probes.size() <= 75, "probes: " + probes.size());
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < probes.size(); i++) {
            waits.add(probes.get(i).atSeconds() - probes.get(i - 1).atSeconds());
        }
        assertTrue(waits.stream().allMatch(wait -> wait >= 8 * 60 && wait <= 12 * 60 + 30), "waits: " + waits);
        assertTrue(waits.stream().distinct().count() > 3, "waits: " + waits);
        assertFalse(isProbe(sender.sent.get(0).call()));

        // nobody calls: nobody is probed
        after(Duration.ofDays(1));
        assertEquals(probes.size(), probes().size());
        assertEquals(0, time.tasks());
    }

    @Test
    void probeHasTheFormOfACallAndKeysThatNobodyHas() {
        WebhookEndpoint endpoint = put(FULL);
        liveTraffic(Duration.ofMinutes(30));

        StubCallSender.Sent first = probes().get(0);
        StubCallSender.Sent second = probes().get(1);
        assertTrue(first.id().matches("probe-[0-9a-f]{2,32}"), first.id());
        assertNotEquals(first.id(), second.id());
        assertTrue(first.text().contains("\"type\":\"io.bellwire.endpoint.probe\""), first.text());
        assertEquals(CallBody.ONE, first.call().contentType());
        assertEquals(URL, first.call().url());
        assertEquals(endpoint.settings().signatures(), first.call().signatures());
        assertNotEquals(endpoint.keys().salt(), first.call().keys().salt());
        assertNotEquals(second.call().keys(), first.call().keys());
        assertEquals(Optional.empty(), first.call().keys().old());
    }

    @Test
    void refusalShowsThatSignaturesAreChecked() {
        put(FULL);
        assertEquals(SignatureCheck.UNKNOWN, check());
        liveTraffic(Duration.ofMinutes(30));

        assertEquals(SignatureCheck.CHECKED, check());
        assertEquals(List.of(), log.news);
        assertEquals(2, count("bellwire.webhook.signature.probes", "result", "checked"));
        // it is no failure, and no call of the statistics
        assertEquals(EndpointState.HEALTHY, health().state());
        assertEquals(60, health().attempts());
        assertEquals(0, health().failures());
    }

    @Test
    void acceptanceShowsThatSignaturesAreNotChecked() {
        put(FULL);
        probeStatus = 204;
        liveTraffic(Duration.ofHours(5));
        assertEquals(SignatureCheck.NOT_CHECKED, check());
        assertEquals(List.of(new EndpointNews.SignatureNotChecked()), log.news);

        probeStatus = 403;
        liveTraffic(Duration.ofMinutes(20));
        assertEquals(SignatureCheck.CHECKED, check());
        probeStatus = 200;
        liveTraffic(Duration.ofMinutes(20));
        assertEquals(2, log.news.size());
    }

    @Test
    void receiverThatChecksNowAndThenIsToldOfOnceAnHour() {
        put(FULL);
        for (int i = 0; i < 20; i++) {
            probeStatus = i % 2 == 0 ? 200 : 401;
            liveTraffic(Duration.ofMinutes(15));
        }
        assertTrue(log.news.size() >= 3 && log.news.size() <= 5, "news: " + log.news.size());
    }

    @Test
    void answersThatSayNothingLeaveWhatIsKnown() {
        put(FULL);
        for (int status : new int[] {500, 302, 429, 408}) {
            probeStatus = status;
            liveTraffic(Duration.ofMinutes(15));
            assertEquals(SignatureCheck.UNKNOWN, check());
        }
        probeStatus = 400;
        liveTraffic(Duration.ofMinutes(15));
        probeStatus = 503;
        liveTraffic(Duration.ofMinutes(15));
        assertEquals(SignatureCheck.CHECKED, check());
        assertEquals(EndpointState.HEALTHY, health().state());
    }

    @Test
    void endpointThatFailsIsNotProbed() {
        put(FULL);
        otherStatus = 500;
        commit(200);
        after(Duration.ofHours(3));
        assertEquals(List.of(), probes());
        assertEquals(EndpointState.PAUSED, health().state());
    }

    @Test
    void newUrlBeginsAnewAndIsNotProbedFirst() {
        put(FULL);
        probeStatus = 200;
        liveTraffic(Duration.ofMinutes(15));
        assertEquals(SignatureCheck.NOT_CHECKED, check());

        String other = "https://acme.example/other";
        deliveries.put(
                endpoint(MAIN, FULL, new EndpointUrls(Optional.of(other), Optional.empty(), Optional.empty())),
                Optional.empty());
        after(Duration.ofMinutes(30));
        assertEquals(SignatureCheck.UNKNOWN, check());
        int before = probes().size();
        liveTraffic(Duration.ofMinutes(7));
        assertEquals(before, probes().size());
        liveTraffic(Duration.ofMinutes(6));
        assertEquals(other, probes().get(before).call().url());
    }

    @Test
    void answerOfAProbeOfTheUrlBeforeSaysNothingAboutTheNewOne() {
        put(FULL);
        probeStatus = 200;
        sender.latency = call -> isProbe(call) ? Duration.ofSeconds(10) : Duration.ofMillis(2);
        while (probes().isEmpty()) {
            commit(1);
            processed(feed.of(ACME).head());
            after(Duration.ofSeconds(5));
        }
        String other = "https://acme.example/other";
        deliveries.put(
                endpoint(MAIN, FULL, new EndpointUrls(Optional.of(other), Optional.empty(), Optional.empty())),
                Optional.empty());
        after(Duration.ofMinutes(1));
        assertEquals(SignatureCheck.UNKNOWN, check());
    }

    @Test
    void probeTakesTurnsWithDeliveries() {
        put(FULL);
        sender.latency = call -> Duration.ofSeconds(1);
        liveTraffic(Duration.ofMinutes(15));
        commit(500);
        after(Duration.ofMinutes(8)); // a backlog: nothing else is called
        int before = probes().size();
        assertTrue(before >= 1);
        assertTrue(health().pending() > 0);
        assertEquals(1, sender.underWayMax);
        after(Duration.ofMinutes(5));
        liveTraffic(Duration.ofMinutes(13));
        assertTrue(probes().size() > before);
        assertEquals(1, sender.underWayMax);
    }

    @Test
    void deliveryWaitsForTheEndOfAProbe() {
        put(FULL);
        sender.latency = call -> isProbe(call) ? Duration.ofSeconds(10) : Duration.ofMillis(2);
        while (probes().isEmpty()) {
            commit(1);
            after(Duration.ofSeconds(5));
        }
        commit(1);
        after(Duration.ofSeconds(1));
        assertEquals(1, health().pending());
        after(Duration.ofSeconds(10));
        assertEquals(0, health().pending());
        assertEquals(1, sender.underWayMax);
    }

    @Test
    void probeIsMadeOnlyIfNothingElseIsToBeCalled() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 8, 1_000), "*"));
        sender.latency = call -> Duration.ofMillis(900);
        sender.answer = call -> {
            assertTrue(!isProbe(call) || sender.underWay == 1, "calls under way: " + sender.underWay);
            return answered(200);
        };
        for (int i = 0; i < 2_000; i++) {
            commit(1);
            after(Duration.ofMillis(i % 50 == 0 ? 3_000 : 500));
        }
        assertFalse(probes().isEmpty());
        assertEquals(0, count("bellwire.webhook.faults"));
    }

    @Test
    void endpointWhoseLastCallHasFailedIsNotProbedThoughNothingIsPending() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 1, 1), "*"));
        commit(1);
        after(Duration.ofMinutes(13));
        sender.answer = call -> answered(call.webhookId().endsWith("-3") ? 500 : 200);
        commit(2); // the first makes a probe due, the second fails before it
        after(Duration.ofSeconds(3));
        processed(3);
        after(Duration.ofHours(1));

        assertEquals(0, health().pending());
        assertEquals(1, health().failuresInRow());
        assertEquals(List.of(), probes());
    }

    @Test
    void probeKeepsTheRate() {
        put(settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 8, 1), "*"));
        for (int i = 0; i < 2_000; i++) {
            commit(1);
            after(Duration.ofMillis(1_100));
        }
        assertFalse(probes().isEmpty());
        for (int i = 1; i < sender.sent.size(); i++) {
            long between = sender.sent.get(i).atNanos() - sender.sent.get(i - 1).atNanos();
            assertTrue(between >= Duration.ofSeconds(1).toNanos(), "between: " + Duration.ofNanos(between));
        }
    }

    @Test
    void disabledEndpointIsNotProbed() {
        WebhookEndpoint endpoint = put(FULL);
        liveTraffic(Duration.ofMinutes(7));
        commit(1);
        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        commit(10);
        after(Duration.ofHours(5));
        assertEquals(List.of(), probes());
    }

    @Test
    void nobodyIsProbedWithoutTheOption() {
        deliveries = deliveries(DeliveryOptions.DEFAULT);
        put(FULL);
        liveTraffic(Duration.ofHours(2));
        assertEquals(List.of(), probes());
    }
}
