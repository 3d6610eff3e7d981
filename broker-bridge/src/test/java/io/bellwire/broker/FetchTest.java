package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.FetchHandler.Answer;
import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The one packet that a device may publish, if fetching over MQTT is on. */
class FetchTest {
    private static final String FETCH = "bellwire/v1/devices/grill/fetch";
    private static final String PAGE = "bellwire/v1/devices/grill/page";
    private static final int PUBLISH = 0x30;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;
    private static final byte[] NO_PROPERTIES = {0};

    /** The requests, as {@code device request max}. */
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    private final AtomicInteger written = new AtomicInteger();
    /** The answer; a test may complete it later. */
    private volatile CompletionStage<Answer> reply = CompletableFuture.completedFuture(answer("[]"));

    private TestBroker broker = start(TestBroker.options().fetchPageBytesMax(5_000));

    private TestBroker start(BrokerOptions.Builder options) {
        return new TestBroker(
                options.build(), (device, secret) -> CompletableFuture.completedFuture(true), new FetchHandler() {
                    @Override
                    public CompletionStage<Answer> fetch(DeviceId device, byte[] request, int bodyBytesMax) {
                        requests.add(device + " " + new String(request, StandardCharsets.UTF_8) + " " + bodyBytesMax);
                        return reply;
                    }

                    @Override
                    public Answer busy() {
                        return answer("busy");
                    }
                });
    }

    private Answer answer(String body) {
        return new Answer(
                "application/x",
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("bellwire-cursor", "e.1"),
                Duration.ofSeconds(1),
                () -> written.incrementAndGet());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void requestIsAnsweredOnTheDevicesOwnPageTopic() throws Exception {
        try (RawClient grill = subscribed()) {
            grill.send(fetch("{}"));
            RawClient.Packet page = grill.read();
            assertEquals(PUBLISH, page.header());
            assertTrue(page.text().contains(PAGE) && page.text().endsWith("[]"), page.text());
            assertTrue(page.text().contains("bellwire-cursor") && page.text().contains("application/x"));
            assertTrue(page.contains(CORRELATION_DATA, 0, 2, 'c', '1'), "its own correlation data");
            assertEquals(List.of("grill {} 5000"), List.copyOf(requests));
        }
    }

    @Test
    void requestThatFollowsItsSubscriptionAtOnceIsAnswered() throws Exception {
        try (RawClient grill = connected(Packets.connect("grill").mqtt5())) {
            grill.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE), fetch("{}"));
            assertTrue(grill.read().is(RawClient.SUBACK));
            assertTrue(grill.read().is(RawClient.PUBLISH));
        }
    }

    @Test
    void publishingAndThePageTopicAreRefusedIfFetchingIsOff() throws Exception {
        broker.close();
        broker = start(TestBroker.options());
        try (RawClient grill = connected(Packets.connect("grill").mqtt5())) {
            grill.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE));
            assertEquals(0x87, grill.read().code(3));
            grill.send(fetch("{}"));
            assertTrue(grill.isClosedByBroker());
        }
        assertEquals(1, broker.refused(ConnectionRefusal.PUBLISH));
    }

    @Test
    void publishingToAnyOtherTopicIsRefused() throws Exception {
        for (String topic : List.of(
                "bellwire/v1/devices/fryer/fetch",
                "bellwire/v1/devices/grill/signal",
                "bellwire/v1/devices/grill/page",
                "bellwire/v1/devices/grill/fetch/",
                "bellwire/v1/devices/grill/fetch/x",
                "bellwire/v1/devices/GRILL/fetch",
                "t")) {
            refused(topic, Packets.publish5(PUBLISH, topic, properties(PAGE, "c1"), new byte[0]));
        }
    }

    @Test
    void anyOtherResponseTopicIsRefused() throws Exception {
        refused("none", Packets.publish5(PUBLISH, FETCH, NO_PROPERTIES, new byte[0]));
        for (String topic : List.of("bellwire/v1/devices/fryer/page", "bellwire/v1/devices/grill/signal", "x")) {
            refused(topic, Packets.publish5(PUBLISH, FETCH, properties(topic, "c1"), new byte[0]));
        }
    }

    @Test
    void onlyQosZeroWithoutRetainAndAliasIsAccepted() throws Exception {
        byte[] good = properties(PAGE, "c1");
        refused(
                "QoS 1",
                Packets.packet(0x32, new Packets.Body().text(FETCH).number(1).raw(good)));
        refused(
                "QoS 2",
                Packets.packet(0x34, new Packets.Body().text(FETCH).number(1).raw(good)));
        refused("retained", Packets.publish5(PUBLISH | 1, FETCH, good, new byte[0]));
        Packets.Body alias = new Packets.Body()
                .octet(RESPONSE_TOPIC)
                .text(PAGE)
                .octet(TOPIC_ALIAS)
                .number(1);
        byte[] withAlias = new Packets.Body()
                .octet(alias.bytes().length)
                .raw(alias.bytes())
                .bytes();
        refused("alias", Packets.publish5(PUBLISH, FETCH, withAlias, new byte[0]));
    }

    @Test
    void requestsThatAreTooLongAreRefused() throws Exception {
        refused("correlation", Packets.publish5(PUBLISH, FETCH, properties(PAGE, "c".repeat(65)), new byte[0]));
        refused("request", Packets.publish5(PUBLISH, FETCH, properties(PAGE, "c1"), new byte[1_025]));
        try (RawClient grill = subscribed()) {
            grill.send(Packets.publish5(PUBLISH, FETCH, properties(PAGE, "c".repeat(64)), new byte[1_024]));
            assertTrue(grill.read().is(RawClient.PUBLISH));
        }
    }

    @Test
    void mqtt3ClientsCannotFetch() throws Exception {
        try (RawClient grill = RawClient.device(broker.endpoint(), "grill")) {
            assertEquals(0x80, grill.subscribe(PAGE));
            grill.send(Packets.publish(FETCH, 0, new byte[0]));
            assertTrue(grill.isClosedByBroker());
        }
    }

    @Test
    void requestWithoutASubscriptionToThePageTopicIsRefused() throws Exception {
        try (RawClient grill = connected(Packets.connect("grill").mqtt5())) {
            grill.send(fetch("{}"));
            assertTrue(grill.isClosedByBroker());
        }
        assertEquals(0, requests.size());
    }

    @Test
    void subscribingToThePagesOfAnotherDeviceIsRefused() throws Exception {
        try (RawClient fryer = connected(Packets.connect("fryer").mqtt5())) {
            fryer.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE));
            assertEquals(0x87, fryer.read().code(3));
        }
    }

    @Test
    void subscribingToThePageTopicDoesNotReportTheDevice() throws Exception {
        try (RawClient grill = subscribed()) {
            grill.send(Packets.subscribe5(2, NO_PROPERTIES, 0, TestBroker.topicOf("grill"), PAGE));
            assertTrue(grill.read().is(RawClient.SUBACK));
            await().until(() -> broker.events.equals(List.of("+grill")));
        }
    }

    @Test
    void secondRequestIsAnsweredBusyUntilTheFirstIsAnswered() throws Exception {
        CompletableFuture<Answer> later = new CompletableFuture<>();
        reply = later;
        try (RawClient grill = subscribed()) {
            grill.send(fetch("first"), fetch("second"));
            assertTrue(grill.read().text().endsWith("busy"));
            assertEquals(1, requests.size());
            later.complete(answer("page"));
            assertTrue(grill.read().text().endsWith("page"));
            grill.send(fetch("third"));
            assertTrue(grill.read().text().endsWith("page"));
            assertEquals(2, requests.size());
        }
    }

    @Test
    void handlerThatFailsDoesNotCloseTheConnection() throws Exception {
        reply = CompletableFuture.failedFuture(new IOException("on purpose"));
        try (RawClient grill = subscribed()) {
            grill.send(fetch("{}"));
            assertTrue(grill.read().text().endsWith("busy"));
            reply = null;
            grill.send(fetch("{}"));
            assertTrue(grill.read().text().endsWith("busy"));
            reply = CompletableFuture.completedFuture(answer("page"));
            grill.send(fetch("{}"));
            assertTrue(grill.read().text().endsWith("page"));
        }
    }

    @Test
    void pageIsNoLongerThanTheClientsPacketsMayBe() throws Exception {
        try (RawClient grill = connected(Packets.connect("grill").properties(MAXIMUM_PACKET_SIZE, 0, 0, 0x08, 0))) {
            grill.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE), fetch("{}"));
            assertTrue(grill.read().is(RawClient.SUBACK));
            assertTrue(grill.read().is(RawClient.PUBLISH));
            int max = Integer.parseInt(requests.remove().replaceAll(".* ", ""));
            assertTrue(max < 2_048 && max > 1_024, Integer.toString(max));
        }
        try (RawClient tiny = connected(Packets.connect("grill").properties(MAXIMUM_PACKET_SIZE, 0, 0, 1, 0))) {
            tiny.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE));
            assertEquals(0x87, tiny.read().code(3));
        }
    }

    @Test
    void clientThatClosesBeforeItsAnswerIsHarmless() throws Exception {
        CompletableFuture<Answer> later = new CompletableFuture<>();
        reply = later;
        subscribed(fetch("{}")).closeSocket();
        await().until(() -> requests.size() == 1 && broker.broker().connections() == 0);
        later.complete(answer("page"));
        try (RawClient grill = subscribed()) {
            grill.send(fetch("{}"));
            assertTrue(grill.read().text().endsWith("page"));
        }
        assertEquals(0, broker.loopErrors());
    }

    /** Its one answer is all that it can make the server hold. */
    @Test
    void guarantee6DeviceThatDoesNotReadItsPageIsDisconnectedAndItsPageReleased() throws Exception {
        reply = CompletableFuture.completedFuture(answer("x".repeat(1 << 20)));
        try (RawClient grill = subscribed(fetch("{}"))) {
            await().until(() -> requests.size() == 1);
            for (int i = 0; i < 200; i++) {
                grill.sendQuietly(fetch("again"));
            }
            await().until(() -> broker.refused(ConnectionRefusal.UNREAD) == 1);
            await().until(() -> written.get() == 1);
            assertEquals(1, requests.size(), "no further page was made");
        }
    }

    private void refused(String what, byte[] packet) throws IOException {
        double before = broker.refused(ConnectionRefusal.PUBLISH);
        try (RawClient grill = subscribed()) {
            grill.send(packet);
            RawClient.Packet lastPacket = grill.read();
            assertTrue(lastPacket.is(RawClient.DISCONNECT), what + ": " + lastPacket);
            assertTrue(grill.isClosedByBroker(), what);
        }
        // QoS above 0 violates CONNACK, and is refused like any other
        assertEquals(before + 1, broker.refused(ConnectionRefusal.PUBLISH), what);
        assertTrue(requests.isEmpty(), what);
    }

    private RawClient connected(Packets.Connect connect) throws IOException {
        RawClient client = new RawClient(broker.endpoint());
        client.send(connect.bytes());
        assertEquals(0, client.read().code(1));
        return client;
    }

    private RawClient subscribed(byte[]... packets) throws IOException {
        RawClient client = connected(Packets.connect("grill").mqtt5());
        client.send(Packets.subscribe5(1, NO_PROPERTIES, 0, PAGE));
        RawClient.Packet subAck = client.read();
        assertTrue(subAck.is(RawClient.SUBACK));
        assertFalse(subAck.code(3) >= 0x80);
        return client.send(packets);
    }

    private static byte[] fetch(String request) {
        return Packets.publish5(PUBLISH, FETCH, properties(PAGE, "c1"), request.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] properties(String responseTopic, String correlation) {
        byte[] content = new Packets.Body()
                .octet(RESPONSE_TOPIC)
                .text(responseTopic)
                .octet(CORRELATION_DATA)
                .text(correlation)
                .bytes();
        Packets.Body all = new Packets.Body();
        return content.length < 128
                ? all.octet(content.length).raw(content).bytes()
                : all.octet((content.length & 0x7F) | 0x80)
                        .octet(content.length >> 7)
                        .raw(content)
                        .bytes();
    }
}
