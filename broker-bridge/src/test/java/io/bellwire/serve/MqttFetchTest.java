package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.bellwire.broker.BrokerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A device that uses only MQTT reads its feed, with the same result as over HTTP. */
class MqttFetchTest {
    /** One for all requests, which have to come faster than the bucket fills. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final BellwireExtension SERVER = new BellwireExtension(BellwireOptions.inMemory()
            .withMqtt(BrokerOptions.builder().port(0).fetchPageBytesMax(1 << 20).build()));

    @Test
    void pageOverMqttIsThePageOverHttpByteForByte(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("grill");
        for (int i = 0; i < 5; i++) {
            operator.order("grill");
        }
        try (FetchClient grill = new FetchClient(bellwire, "grill", secret, 1 << 20)) {
            HttpResponse<byte[]> first = http(bellwire, "grill", secret, "?limit=3");
            Mqtt5Publish page = grill.fetch("{\"limit\":3}", "a");
            assertSame(first, page, "a");
            String cursor = first.headers().firstValue("Bellwire-Cursor").orElseThrow();
            HttpResponse<byte[]> second = http(bellwire, "grill", secret, "?cursor=" + cursor);
            assertSame(second, grill.fetch("{\"cursor\":\"" + cursor + "\"}", "b"), "b");
            assertEquals(
                    "true",
                    properties(grill.fetch("{\"cursor\":\"" + cursor + "\"}", "c"))
                            .get("bellwire-up-to-date"));
            // the page sent counts as received, as over HTTP
            assertEquals(5, operator.device("grill").get("received").longValue());
        }
    }

    @Test
    void pageIsShortenedToTheClientsMaximumAndStillEqualsAPageOverHttp(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("fryer");
        for (int i = 0; i < 20; i++) {
            operator.order("fryer");
        }
        try (FetchClient fryer = new FetchClient(bellwire, "fryer", secret, 3_000)) {
            String cursor = "";
            int revisions = 0;
            boolean upToDate = false;
            while (!upToDate) {
                Mqtt5Publish page = fryer.fetch("{\"cursor\":\"" + cursor + "\"}", "a");
                int count =
                        new ObjectMapper().readTree(page.getPayloadAsBytes()).size();
                assertTrue(count > 0 && page.getPayloadAsBytes().length <= 3_000);
                assertSame(http(bellwire, "fryer", secret, "?limit=" + count + "&cursor=" + cursor), page, "a");
                revisions += count;
                cursor = properties(page).get("bellwire-cursor");
                upToDate = properties(page).get("bellwire-up-to-date").equals("true");
            }
            assertEquals(20, revisions);
        }
    }

    @Test
    void errorsAreProblemsAsOverHttp(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("oven");
        String big = "x".repeat(120);
        operator.order("oven", big);
        try (FetchClient oven = new FetchClient(bellwire, "oven", secret, 1_024)) {
            assertProblem("reset", oven.fetch("{\"cursor\":\"aaaaaaaaaa.1.0000001\"}", "a"));
            assertProblem("invalid-request", oven.fetch("{\"cursor\":7}", "a"));
            assertProblem("invalid-request", oven.fetch("{\"limit\":0}", "a"));
            assertProblem("invalid-request", oven.fetch("{\"limit\":\"1\"}", "a"));
            assertProblem("invalid-request", oven.fetch("{\"" + big + "\":1}", "a"));
            assertProblem("invalid-request", oven.fetch("", "a"));
            // an order's change with its overhead is longer than the 1,024 bytes that a packet may have
            Mqtt5Publish tooLong = oven.fetch("{}", "a");
            assertTrue(tooLong.getPayloadAsBytes().length <= 1_024);
            assertProblem("too-large", tooLong);
        }
    }

    @Test
    void requestsOverMqttAndHttpShareOneRateLimit(Bellwire bellwire) throws Exception {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("kiosk");
        try (FetchClient kiosk = new FetchClient(bellwire, "kiosk", secret, 1 << 20)) {
            for (int i = 0; i < 250; i++) {
                http(bellwire, "kiosk", secret, "");
            }
            await().pollDelay(java.time.Duration.ZERO).until(() -> {
                http(bellwire, "kiosk", secret, "");
                http(bellwire, "kiosk", secret, "");
                http(bellwire, "kiosk", secret, "");
                return isProblem("rate-limited", kiosk.fetch("{}", "a"));
            });
        }
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void assertSame(HttpResponse<byte[]> http, Mqtt5Publish mqtt, String correlation) {
        assertEquals(200, http.statusCode());
        // over HTTP, a line end follows
        assertEquals(text(http.body()), text(mqtt.getPayloadAsBytes()) + "\n");
        assertEquals(
                http.headers().firstValue("Content-Type").orElseThrow(),
                mqtt.getContentType().orElseThrow().toString());
        assertEquals(
                correlation,
                StandardCharsets.UTF_8
                        .decode(mqtt.getCorrelationData().orElseThrow())
                        .toString());
        Map<String, String> properties = properties(mqtt);
        for (String name : new String[] {"bellwire-cursor", "bellwire-head", "bellwire-up-to-date"}) {
            assertEquals(http.headers().firstValue(name).orElseThrow(), properties.get(name));
        }
        assertEquals(3, properties.size());
    }

    private static void assertProblem(String type, Mqtt5Publish answer) throws Exception {
        assertTrue(isProblem(type, answer), new String(answer.getPayloadAsBytes(), StandardCharsets.UTF_8));
    }

    private static boolean isProblem(String type, Mqtt5Publish answer) throws Exception {
        if (!answer.getContentType().orElseThrow().toString().equals("application/problem+json")) {
            return false;
        }
        JsonNode problem = new ObjectMapper().readTree(answer.getPayloadAsBytes());
        return problem.path("type").asText().equals("urn:bellwire:problem:" + type);
    }

    private static Map<String, String> properties(Mqtt5Publish publish) {
        return publish.getUserProperties().asList().stream()
                .collect(Collectors.toMap(property -> property.getName().toString(), property -> property.getValue()
                        .toString()));
    }

    private static HttpResponse<byte[]> http(Bellwire bellwire, String device, String secret, String query)
            throws Exception {
        URI uri = bellwire.http().resolve("/v1/devices/" + device + "/feed" + query);
        return HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + secret)
                        .build(),
                BodyHandlers.ofByteArray());
    }

    /** A client that requests pages and waits for each. */
    private static final class FetchClient implements AutoCloseable {
        private final String topic;
        private final Mqtt5BlockingClient client;
        private final Mqtt5BlockingClient.Mqtt5Publishes pages;

        FetchClient(Bellwire bellwire, String device, String secret, int packetBytesMax) {
            topic = "bellwire/v1/devices/" + device;
            client = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(device)
                    .serverHost(bellwire.mqtt().getHost())
                    .serverPort(bellwire.mqtt().getPort())
                    .simpleAuth()
                    .username(device)
                    .password(secret.getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .buildBlocking();
            pages = client.publishes(MqttGlobalPublishFilter.ALL);
            client.connectWith()
                    .restrictions()
                    .maximumPacketSize(packetBytesMax)
                    .applyRestrictions()
                    .send();
            client.subscribeWith().topicFilter(topic + "/page").send();
        }

        Mqtt5Publish fetch(String request, String correlation) throws InterruptedException {
            client.publishWith()
                    .topic(topic + "/fetch")
                    .payload(request.getBytes(StandardCharsets.UTF_8))
                    .responseTopic(topic + "/page")
                    .correlationData(ByteBuffer.wrap(correlation.getBytes(StandardCharsets.UTF_8)))
                    .send();
            return pages.receive(10, TimeUnit.SECONDS).orElseThrow();
        }

        @Override
        public void close() {
            client.disconnect();
        }
    }
}
