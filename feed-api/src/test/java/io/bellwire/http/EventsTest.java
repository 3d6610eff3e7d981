package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Other back ends' events: every form of CloudEvents over HTTP, each event once, and batches completely or not at all.
 */
class EventsTest {
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static ApiFixture server;
    private ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void registerGrill() {
        grill = server.register("grill");
    }

    private String event(String id, String more) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/till/" + grill.id()
                + "\",\"type\":\"shop.price\",\"deviceid\":\"" + grill.id() + "\"" + more + "}";
    }

    private CheckedResponse post(String contentType, String body) {
        return server.operator().postAs(contentType, "/v1/events", body);
    }

    private void expectAppended(CheckedResponse answer, int appended, int duplicates) {
        assertEquals(
                "{\"appended\":" + appended + ",\"duplicates\":" + duplicates + "}",
                answer.expect(200).text());
    }

    private JsonNode feed() {
        return grill.client().get(grill.feed()).expect(200).json();
    }

    @Test
    void structuredEventComesBackInTheFeedWithWhereItCameFrom() {
        expectAppended(
                post(
                        STRUCTURED,
                        event(
                                "e1",
                                ",\"subject\":\"menu/7\",\"time\":\"2026-11-20T09:00:00.123+01:00\",\"colour\":\"red\","
                                        + "\"datacontenttype\":\"application/json\",\"data\":{\"price\":1.50}")),
                1,
                0);

        JsonNode change = feed().get(0);

        assertEquals(grill.feed(), change.path("source").asText());
        assertTrue(change.path("id").asText().matches("[a-z0-9]{10}\\.1\\.[a-z0-9]{7}"));
        assertEquals(1, change.path("revision").asLong());
        assertEquals("shop.price", change.path("type").asText());
        assertEquals("menu/7", change.path("subject").asText());
        assertEquals("2026-11-20T08:00:00.123Z", change.path("time").asText());
        assertEquals("/till/" + grill.id(), change.path("originsource").asText());
        assertEquals("e1", change.path("originid").asText());
        assertEquals("red", change.path("colour").asText());
        assertEquals(grill.id(), change.path("deviceid").asText());
        assertEquals("{\"price\":1.5}", change.path("data").toString());
    }

    @Test
    void binaryEventIsTheSameEventInHeaders() {
        CheckedResponse answer = server.operator()
                .send(
                        "POST",
                        "/v1/events",
                        BodyPublishers.ofString("{\"price\":2}"),
                        "Content-Type",
                        "application/json",
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        "e1",
                        "ce-source",
                        "/till",
                        "ce-type",
                        "shop.price",
                        "ce-subject",
                        "caf%C3%A9 100%25",
                        "ce-deviceid",
                        grill.id());
        expectAppended(answer, 1, 0);

        JsonNode change = feed().get(0);
        assertEquals("caf\u00e9 100%", change.path("subject").asText());
        assertEquals("application/json", change.path("datacontenttype").asText());
        assertEquals(2, change.path("data").path("price").asInt());
        assertTrue(change.path("time").asText().endsWith("Z"), "it gets the time of its commit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "12345678901234567.89",
                "1E400",
                "1e-7",
                "-0",
                "-0.0",
                "100000000000000000000",
                "[0.10,{\"a\":1.0E5}]"
            })
    void numbersInDataStayAsTheyWereWritten(String number) {
        String data = "{\"price\":" + number + "}";
        expectAppended(post(STRUCTURED, event("structured", ",\"data\":" + data)), 1, 0);
        expectAppended(
                post(BATCH, "[" + event("batch", ",\"datacontenttype\":\"text/json+json\",\"data\":" + data) + "]"),
                1,
                0);
        server.operator()
                .send(
                        "POST",
                        "/v1/events",
                        BodyPublishers.ofString(" { \"price\" : " + number + " } "),
                        "Content-Type",
                        "application/json",
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        "binary",
                        "ce-source",
                        "/till/" + grill.id(),
                        "ce-type",
                        "shop.price",
                        "ce-deviceid",
                        grill.id())
                .expect(200);

        String feed = grill.client().get(grill.feed()).expect(200).text();
        assertEquals(3, feed.split(Pattern.quote("\"data\":" + data + "}"), -1).length - 1, feed);
    }

    @Test
    void numberThatNoMachineHasIsRefused() {
        post(STRUCTURED, event("e1", ",\"data\":1E9999999999")).expectProblem(400, "invalid-request", "exponent");
    }

    @Test
    void binaryEventWithoutDataNeedsNoContentType() {
        CheckedResponse answer = server.operator()
                .send(
                        "POST",
                        "/v1/events",
                        BodyPublishers.noBody(),
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        "e1-" + grill.id(),
                        "ce-source",
                        "/till",
                        "ce-type",
                        "shop.open",
                        "ce-deviceid",
                        grill.id());

        expectAppended(answer, 1, 0);
        assertFalse(feed().get(0).has("data"));
        assertFalse(feed().get(0).has("datacontenttype"));
    }

    @Test
    void dataThatIsNotJsonIsKeptAsTextOrAsBytes() {
        expectAppended(post(STRUCTURED, event("text", ",\"datacontenttype\":\"text/plain\",\"data\":\"hot\"")), 1, 0);
        expectAppended(
                post(STRUCTURED, event("bytes", ",\"datacontenttype\":\"image/png\",\"data_base64\":\"AAEC\"")), 1, 0);

        JsonNode feed = feed();

        assertEquals("hot", feed.get(0).path("data").asText());
        assertEquals("AAEC", feed.get(1).path("data_base64").asText());
        assertFalse(feed.get(1).has("data"));
    }

    @Test
    void eventWithTheSameSourceAndIdIsAppendedOnce() {
        expectAppended(post(STRUCTURED, event("e1", "")), 1, 0);
        expectAppended(post(STRUCTURED, event("e1", ",\"data\":{\"changed\":true}")), 0, 1);
        expectAppended(post(BATCH, "[" + event("e1", "") + "," + event("e2", "") + "," + event("e2", "") + "]"), 1, 2);

        assertEquals(2, feed().size());
    }

    @Test
    void batchIsAppendedInItsOrder() {
        expectAppended(post(BATCH, "[" + event("a", "") + "," + event("b", "") + "," + event("c", "") + "]"), 3, 0);
        expectAppended(post(BATCH, "[]"), 0, 0);

        assertEquals(
                List.of("a", "b", "c"),
                List.of(
                        feed().get(0).path("originid").asText(),
                        feed().get(1).path("originid").asText(),
                        feed().get(2).path("originid").asText()));
    }

    @Test
    void batchWithOneBadEventIsNotAppendedAtAll() {
        String bad = event("b", "").replace("shop.price", "io.bellwire.order.created");
        post(BATCH, "[" + event("a", "") + "," + bad + "]").expectProblem(400, "invalid-request", "io.bellwire.");
        String foreign = event("b", "").replace("\"" + grill.id() + "\"", "\"nobody\"");
        post(BATCH, "[" + event("a", "") + "," + foreign + "]").expectProblem(400, "invalid-request", "nobody");
        post(BATCH, "[" + event("a", "") + ",7]").expectProblem(400, "invalid-request", "event 1");

        assertEquals(0, feed().size());
        expectAppended(post(STRUCTURED, event("a", "")), 1, 0);
    }

    @Test
    void batchHasAHundredEventsAtMost() {
        StringBuilder batch = new StringBuilder("[");
        for (int i = 0; i <= 100; i++) {
            batch.append(i == 0 ? "" : ",").append(event("e" + i, ""));
        }
        post(BATCH, batch + "]").expectProblem(413, "too-large", "100");
        assertEquals(0, feed().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'id':'e1','source':'/s','type':'t' | deviceid",
                "'id':'e1','source':'/s','type':'t','deviceid':'a b' | deviceid must be",
                "'id':'e1','source':'/s','type':'t','deviceid':'nobody' | nobody",
                "'id':'e1','source':'/s','deviceid':'GRILL' | type",
                "'id':'e1','type':'t','deviceid':'GRILL' | source",
                "'source':'/s','type':'t','deviceid':'GRILL' | id",
                "'id':'','source':'/s','type':'t','deviceid':'GRILL' | id",
                "'id':'e1','source':'not a uri','type':'t','deviceid':'GRILL' | CloudEvent",
                "'id':'e1','source':'/s','type':'io.bellwire.x','deviceid':'GRILL' | io.bellwire.",
                "'id':'e1','source':'/s','type':'t','deviceid':'GRILL','time':'today' | CloudEvent",
                "'id':'e1','source':'/s','type':'t','deviceid':'GRILL','revision':7 | revision",
                "'id':'e1','source':'/s','type':'t','deviceid':'GRILL','originid':'x' | originid",
                "'id':'e1','source':'/s','type':'t','deviceid':'GRILL','bad_name':'x' | CloudEvent",
                "'id':'e1','source':'/s','type':'t','deviceid':'GRILL','id':'e2' | id",
            })
    void eventThatIsNotOneIsRefused(String attributes, String detail) {
        post(
                        STRUCTURED,
                        ("{'specversion':'1.0'," + attributes + "}")
                                .replace('\'', '"')
                                .replace("GRILL", grill.id()))
                .expectProblem(400, "invalid-request", detail);
        assertEquals(0, feed().size());
    }

    @Test
    void eventOfAnotherVersionIsRefused() {
        post(STRUCTURED, event("e1", "").replace("1.0", "7.0")).expect(400);
        server.operator()
                .send(
                        "POST",
                        "/v1/events",
                        BodyPublishers.noBody(),
                        "Content-Type",
                        "text/plain",
                        "ce-specversion",
                        "0.3")
                .expectProblem(400, "invalid-request", "specversion");
    }

    @Test
    void headerThatWouldForgeAMemberOfTheFeedsIsRefused() {
        for (String name : List.of("ce-data", "ce-datacontenttype", "ce-revision", "ce-originsource")) {
            server.operator()
                    .send(
                            "POST",
                            "/v1/events",
                            BodyPublishers.noBody(),
                            "ce-specversion",
                            "1.0",
                            "ce-id",
                            "forged-" + grill.id(),
                            "ce-source",
                            "/till",
                            "ce-type",
                            "t",
                            "ce-deviceid",
                            grill.id(),
                            name,
                            "x")
                    .expect(400);
        }
        assertEquals(0, feed().size());
    }

    @Test
    void whatIsNoCloudEventIsRefused() {
        post("application/json", "{}").expectProblem(415, "unsupported-media-type", STRUCTURED);
        server.operator()
                .send("POST", "/v1/events", BodyPublishers.noBody())
                .expectProblem(415, "unsupported-media-type", STRUCTURED);
        post(STRUCTURED, "").expectProblem(400, "invalid-request", "empty");
        post(BATCH, "{}").expectProblem(400, "invalid-request", "array");
        post(STRUCTURED, "[").expect(400);
        post(STRUCTURED, "[".repeat(1_000)).expectProblem(400, "invalid-request", "depth");
    }

    @Test
    void dataOverItsLimitIsRefused() {
        post(STRUCTURED, event("big", ",\"data\":\"" + "x".repeat(65_536) + "\""))
                .expectProblem(413, "too-large", "65536");
        post(BATCH, "[" + " ".repeat(1 << 20) + "]").expectProblem(413, "too-large", "1048576");
        assertEquals(0, feed().size());
    }

    @Test
    void disabledDeviceGetsNoEvents() {
        server.operator().delete(grill.path()).expect(204);
        post(STRUCTURED, event("e1", "")).expectProblem(400, "invalid-request", grill.id());
    }

    @Test
    void eventThatIsKnownIsADuplicateAlthoughItsDeviceIsDisabledByNow() {
        ApiFixture.Device fryer = server.register("fryer");
        String toFryer = event("f", "").replace("deviceid\":\"" + grill.id(), "deviceid\":\"" + fryer.id());
        expectAppended(post(BATCH, "[" + event("e1", "") + "," + event("e2", "") + "]"), 2, 0);
        expectAppended(post(STRUCTURED, toFryer), 1, 0);
        server.operator().delete(grill.path()).expect(204);

        expectAppended(post(STRUCTURED, event("e1", "")), 0, 1);
        expectAppended(post(BATCH, "[" + event("e1", "") + "," + toFryer + "," + event("e2", "") + "]"), 0, 3);
        String fresh = toFryer.replace("\"id\":\"f\"", "\"id\":\"g\"");
        post(BATCH, "[" + fresh + "," + event("e1", "") + "," + event("e3", "") + "]")
                .expectProblem(400, "invalid-request", grill.id());
        expectAppended(post(BATCH, "[" + fresh + "," + event("e1", "") + "]"), 1, 1);

        assertEquals(2, server.operator().get(grill.feed()).json().size());
        assertEquals(2, fryer.client().get(fryer.feed()).json().size());
    }

    @Test
    void eventThatIsKnownIsADuplicateAlthoughItsGroupIsEmptyByNow() {
        String group = "/v1/groups/stores/" + grill.id();
        server.operator().put(group).expect(201);
        server.operator().put(group + "/members/" + grill.id()).expect(201);
        String toGroup = event("e1", "").replace("\"deviceid\":\"", "\"group\":\"stores/");
        expectAppended(post(STRUCTURED, toGroup), 1, 0);
        server.operator().delete(group + "/members/" + grill.id()).expect(200);

        expectAppended(post(STRUCTURED, toGroup), 0, 1);
        assertEquals(1, feed().size());
    }
}
