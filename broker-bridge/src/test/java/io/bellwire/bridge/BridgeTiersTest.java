package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.PageJson;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.route.Routes;
import io.bellwire.route.RoutesFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much a message carries, and when it carries less than its route says. */
class BridgeTiersTest extends BridgeFixture {
    private static final String URGENT_TOPIC = "kitchen/grill/urgent";
    private static final String ROUTES = """
            routes:
              - name: urgent
                match: {type: oven.alarm}
                ring: {tier: full, topic: "kitchen/{device_id}/urgent", window: 0ms, expiry: 7s}
              - name: orders
                match: {type: "io.bellwire.order.*"}
                ring: {tier: full, expiry: 30s}
              - name: menus
                match: {type: menu.changed}
                ring: {tier: event, window: 1s}
              - name: prices
                match: {type: price.changed}
                ring: {tier: full, size_limit: 300}
            """;

    private static final UUID ORDER = UUID.fromString("01a1f7f8-3000-7000-8a3b-6d1e90c4f2a7");

    private long head;

    @BeforeEach
    void routes() {
        bridge.use(routes(ROUTES));
    }

    private static Routes routes(String yaml) {
        return new RoutesFile(BridgeOptions.DEFAULT.plainRule()).parse("routes.yaml", yaml);
    }

    /** Commits one change of this type to the grill's feed. */
    private void commit(String type) {
        commit(type, null, "{}");
    }

    private void commit(String type, @Nullable UUID order, String data) {
        head++;
        recent.add(GRILL_FEED, head, event(head, type, order, data));
        bridge.committed(List.of(new Advance(GRILL_FEED, new Revision(head), 1, EIGHT.plusMillis(head))));
    }

    private static Event event(long eventNumber, String type, @Nullable UUID order, String data) {
        String before = "\"type\":\"" + type + "\",\"data\":";
        EventJson json = new EventJson((before + data + "}").getBytes(StandardCharsets.UTF_8), before.length());
        return new Event(new EventNumber(eventNumber), EIGHT.toEpochMilli() + eventNumber, json, order);
    }

    private String page(long first, long last) {
        List<Change> changes =
                recent.after(GRILL_FEED, new Revision(first - 1), Math.toIntExact(last - first + 1), Long.MAX_VALUE);
        return new String(PageJson.render(GRILL_FEED, StubFeedPositions.EPOCH, changes), StandardCharsets.UTF_8);
    }

    private static String signal(long revision, long pending, long oldest) {
        return "{\"epoch\":\"k3v9x2m4qd\",\"revision\":" + revision + ",\"pending\":" + pending
                + ",\"oldest_at\":\"2026-11-20T08:00:00.00" + oldest + "Z\"";
    }

    private List<String> payloads() {
        List<String> taken = broker.published.stream()
                .map(RecordingBroker.PublishedSignal::payload)
                .toList();
        broker.published.clear();
        return taken;
    }

    @Test
    void fullMessageCarriesTheChangesExactlyAsTheFeedHasThem() {
        connected(GRILL);
        commit("io.bellwire.order.created", ORDER, "{\"name\":\"Käse\"}");
        time.runDue();
        assertEquals(30, broker.published.get(0).expirySeconds());
        assertEquals(SignalTopic.of(GRILL), broker.published.get(0).topic());
        assertEquals(
                List.of(signal(1, 1, 1)
                        + ",\"tier\":\"full\",\"after\":0,\"from\":\"k3v9x2m4qd.0.0000000\",\"changes\":" + page(1, 1)
                        + "}"),
                payloads());
    }

    @Test
    void eventMessageListsTypeIdOrderAndRevision() {
        connected(GRILL);
        commit("menu.changed");
        time.runDue();
        assertEquals(
                List.of(signal(1, 1, 1) + ",\"tier\":\"event\",\"after\":0,\"events\":"
                        + "[{\"type\":\"menu.changed\",\"id\":\"k3v9x2m4qd.1.0000001\",\"revision\":1}]}"),
                payloads());
    }

    @Test
    void changeWithoutARouteIsSignalledPlainly() {
        connected(GRILL);
        commit("lamp.off");
        time.runDue();
        assertEquals(List.of(signal(1, 1, 1) + "}"), payloads());
    }

    @Test
    void changesThatCoalesceAreListedTogetherAndNoneTwice() {
        connected(GRILL);
        commit("io.bellwire.order.created");
        time.runDue();
        payloads();
        commit("io.bellwire.order.created");
        time.advanceMillis(10);
        commit("io.bellwire.order.updated");
        time.runDue();
        assertEquals(List.of(), payloads());
        time.advanceMillis(90);
        assertEquals(
                List.of(signal(3, 3, 1)
                        + ",\"tier\":\"full\",\"after\":1,\"from\":\"k3v9x2m4qd.1.0000001\",\"changes\":" + page(2, 3)
                        + "}"),
                payloads());
    }

    @Test
    void lowestTierIsUsedWhenChangesOfDifferentRoutesCoalesce() {
        connected(GRILL);
        commit("io.bellwire.order.created");
        commit("menu.changed");
        time.runDue();
        assertTrue(payloads().get(0).contains("\"tier\":\"event\",\"after\":0,\"events\":[{\"type\":\"io.bellwire."));
        commit("io.bellwire.order.updated");
        commit("lamp.off");
        time.advanceMillis(100);
        assertEquals(List.of(signal(4, 4, 1) + "}"), payloads());
    }

    @Test
    void messageThatWouldBeTooLongGoesOutOneTierLowerAndSaysSo() {
        connected(GRILL);
        commit("price.changed", ORDER, "{\"prices\":\"" + "1".repeat(250) + "\"}");
        time.runDue();
        assertEquals(
                List.of(signal(1, 1, 1) + ",\"reduced_from\":\"full\",\"tier\":\"event\",\"after\":0,\"events\":"
                        + "[{\"type\":\"price.changed\",\"id\":\"k3v9x2m4qd.1.0000001\",\"order_id\":\"" + ORDER + "\","
                        + "\"revision\":1}]}"),
                payloads());
        bridge.received(GRILL_FEED, new Revision(1));
        time.advanceMillis(100);
        for (int i = 0; i < 5; i++) {
            commit("price.changed", ORDER, "{\"prices\":\"" + "1".repeat(250) + "\"}");
        }
        time.runDue();
        String reduced = payloads().get(0);
        assertTrue(reduced.endsWith(",\"reduced_from\":\"full\"}"), reduced);
        assertFalse(reduced.contains("\"tier\""));
        assertTrue(reduced.length() < 128, "length " + reduced.length());
    }

    @Test
    void noMessageIsLongerThanItsLimit() {
        connected(GRILL);
        for (int length = 0; length < 400; length++) {
            commit("price.changed", ORDER, "{\"p\":\"" + "é".repeat(length) + "\"}");
            time.advanceMillis(100);
            bridge.received(GRILL_FEED, new Revision(head));
        }
        assertEquals(400, broker.published.size());
        broker.published.forEach(signal -> assertTrue(signal.payload().getBytes(StandardCharsets.UTF_8).length <= 300));
        assertTrue(broker.published.stream().anyMatch(signal -> signal.payload().contains("\"tier\":\"full\"")));
        assertTrue(broker.published.stream().anyMatch(signal -> signal.payload().contains("\"tier\":\"event\"")));
    }

    @Test
    void changesThatAreNotInMemoryAnyMoreAreNotListed() {
        connected(GRILL);
        commit("io.bellwire.order.created");
        recent.remove(GRILL_FEED);
        time.runDue();
        assertEquals(List.of(signal(1, 1, 1) + ",\"reduced_from\":\"full\"}"), payloads());
    }

    @Test
    void tooManyChangesAtOnceAreNotListed() {
        connected(GRILL);
        for (int i = 0; i < 600; i++) {
            commit("io.bellwire.order.created");
        }
        time.runDue();
        assertEquals(List.of(signal(600, 600, 1) + ",\"reduced_from\":\"full\"}"), payloads());
    }

    @Test
    void greetingAndRemindersArePlain() {
        commit("io.bellwire.order.created");
        positions.set(GRILL_FEED, 1, 0, 0, EIGHT.plusMillis(1));
        subscribed(GRILL);
        time.runDue();
        assertEquals(List.of(signal(1, 1, 1) + "}"), payloads());
        commit("io.bellwire.order.updated");
        time.advanceMillis(100);
        assertTrue(payloads().get(0).contains("\"after\":1,"));
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(signal(2, 2, 1) + "}"), payloads());
    }

    @Test
    void changesThatTheDeviceHasAlreadyFetchedAreNotListed() {
        connected(GRILL);
        commit("io.bellwire.order.created");
        time.runDue();
        payloads();
        commit("io.bellwire.order.updated");
        commit("io.bellwire.order.updated");
        bridge.received(GRILL_FEED, new Revision(2));
        time.advanceMillis(100);
        assertTrue(
                payloads().get(0).contains("\"after\":2,\"from\":\"k3v9x2m4qd.2.0000002\",\"changes\":" + page(3, 3)));
    }

    @Test
    void changesOfAnUnsentMessageAreListedAgainWithTheNewerOnes() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        commit("io.bellwire.order.created");
        time.runDue();
        payloads();
        broker.answerWith(Handover.WRITTEN);
        commit("io.bellwire.order.updated");
        time.advance(Duration.ofSeconds(1));
        assertTrue(
                payloads().get(0).contains("\"after\":0,\"from\":\"k3v9x2m4qd.0.0000000\",\"changes\":" + page(1, 2)));
    }

    @Test
    void messageThatTheConnectionRefusesIsFollowedByAPlainSignalAtOnce() {
        connected(GRILL);
        broker.answerWith(Handover.FAILED);
        commit("io.bellwire.order.created");
        time.runDue();
        assertEquals(1, payloads().size());
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(100);
        assertEquals(List.of(signal(1, 1, 1) + ",\"reduced_from\":\"full\"}"), payloads());
    }

    @Test
    void changeWithATopicOfItsOwnIsSignalledThereAtOnce() {
        mqttChannels.subscribed(GRILL, URGENT_TOPIC, DoorbellKind.MQTT);
        connected(GRILL);
        commit("io.bellwire.order.created");
        time.runDue();
        commit("oven.alarm");
        time.runDue();
        assertEquals(
                List.of(SignalTopic.of(GRILL), URGENT_TOPIC),
                broker.published.stream()
                        .map(RecordingBroker.PublishedSignal::topic)
                        .toList());
        assertEquals(7, broker.published.get(1).expirySeconds());
        // the change before belongs to the other topic: a device that lacks it sees that from "after"
        assertTrue(broker.published.get(1).payload().contains("\"revision\":2,\"pending\":2,"));
        assertTrue(broker.published
                .get(1)
                .payload()
                .contains("\"after\":1,\"from\":\"k3v9x2m4qd.1.0000001\",\"changes\":" + page(2, 2)));
    }

    @Test
    void changeOfAnotherTopicInBetweenIsListedWithTheTierOfItsRoute() {
        mqttChannels.subscribed(GRILL, URGENT_TOPIC, DoorbellKind.MQTT);
        time.advanceMillis(100);
        payloads();
        commit("oven.alarm");
        commit("menu.changed");
        commit("oven.alarm");
        time.runDue();
        String message = payloads().get(0);
        assertTrue(message.contains("\"tier\":\"event\",\"after\":0,"), message);
        assertTrue(message.contains("\"id\":\"k3v9x2m4qd.3.0000003\""), message);
    }

    @Test
    void deviceWithoutTheTopicOfAChangeIsRemindedUntilItHasRead() {
        connected(GRILL);
        time.advance(Duration.ofHours(1));
        commit("oven.alarm");
        time.advanceMillis(999);
        assertEquals(List.of(), payloads());
        time.advanceMillis(1);
        assertEquals(List.of(signal(1, 1, 1) + "}"), payloads());
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), payloads());
    }

    @Test
    void changedRoutesApplyToTheNextChange() {
        connected(GRILL);
        bridge.use(routes("routes: []"));
        commit("io.bellwire.order.created");
        time.runDue();
        assertEquals(List.of(signal(1, 1, 1) + "}"), payloads());
        bridge.use(routes(ROUTES));
        commit("io.bellwire.order.updated");
        time.advanceMillis(100);
        assertTrue(payloads().get(0).contains("\"after\":1,\"from\":\"k3v9x2m4qd.1.0000001\",\"changes\":"));
    }

    @Test
    void windowOfTheRouteCoalesces() {
        connected(GRILL);
        commit("menu.changed");
        time.runDue();
        payloads();
        commit("menu.changed");
        time.advanceMillis(999);
        assertEquals(0, payloads().stream().filter(one -> one.contains("tier")).count());
        commit("menu.changed");
        time.advanceMillis(1);
        assertEquals(1, payloads().stream().filter(one -> one.contains("tier")).count());
    }
}
