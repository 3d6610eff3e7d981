package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that are refused: each with a problem that names the reason, and nothing is written. */
class OrderRefusalsTest {
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static ApiFixture server;
    private static ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void nothingWasWritten() {
        assertEquals(List.of(), grill.client().get(grill.feed()).expect(200).revisions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | device_id is missing",
                "[] | must be a JSON object",
                "null | must be a JSON object",
                "7 | must be a JSON object",
                "{'device_id':null} | device_id must be a string",
                "{'device_id':7} | device_id must be a string",
                "{'device_id':['GRILL']} | device_id must be a string",
                "{'device_id':''} | device_id must be 1 to 64",
                "{'device_id':'gr ill'} | device_id must be 1 to 64",
                "{'device_id':'../x'} | device_id must be 1 to 64",
                "{'device_id':'nobody'} | there is no device nobody",
                "{'device_id':'GRILL','status':'done'} | unknown field \"status\"",
                "{'device_id':'GRILL','id':'x'} | unknown field \"id\"",
                "{'device_id':'GRILL','Volume':1} | unknown field \"Volume\"",
                "{'device_id':'GRILL','partner_id':7} | partner_id must be a string",
                "{'device_id':'GRILL','partner_id':''} | partner_id must be 1 to 64",
                "{'device_id':'GRILL','partner_id':'a/b'} | partner_id must be 1 to 64",
                "{'device_id':'GRILL','recipe_id':7} | recipe_id must be a string",
                "{'device_id':'GRILL','recipe_id':''} | recipe_id must have 1 to 128",
                "{'device_id':'GRILL','volume':true} | volume must be a string or a number",
                "{'device_id':'GRILL','volume':null} | volume must be a string or a number",
                "{'device_id':'GRILL','volume':''} | volume must have 1 to 64",
                "{'device_id':'GRILL','volume':NaN} | not valid JSON",
                "{'device_id':'GRILL','volume':01} | not valid JSON",
                "{'device_id':'GRILL','data':[]} | data must be a JSON object",
                "{'device_id':'GRILL','data':'x'} | data must be a JSON object",
                "{'device_id':'GRILL','data':null} | data must be a JSON object",
                "{'device_id':'GRILL' | not valid JSON",
                "{'device_id':'GRILL',} | not valid JSON",
                "{'device_id':'GRILL','device_id':'GRILL'} | device_id",
                "{'device_id':'GRILL','data':{'a':1,'a':2}} | not valid JSON",
                "{'device_id':'GRILL'} x | not valid JSON",
                "{'device_id':'GRILL'}{} | goes on after",
                "{device_id:'GRILL'} | not valid JSON",
            })
    void orderThatIsNotOneIsRefusedByName(String json, String detail) {
        server.operator()
                .order(json.replace('\'', '"').replace("GRILL", grill.id()))
                .expectProblem(400, "invalid-request", detail);
    }

    @ParameterizedTest
    @CsvSource({"device_id,65", "partner_id,65", "recipe_id,129", "volume,65"})
    void overLongValueIsRefusedByName(String field, int length) {
        String others = field.equals("device_id") ? "" : "\"device_id\":\"" + grill.id() + "\",";
        server.operator()
                .order("{" + others + "\"" + field + "\":\"" + "x".repeat(length) + "\"}")
                .expectProblem(400, "invalid-request", field);
    }

    @Test
    void emptyBodyIsRefused() {
        server.operator().order("").expectProblem(400, "invalid-request", "empty");
        server.operator().order("  \n").expectProblem(400, "invalid-request", "empty");
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\",\"data\":" + deep + "}")
                .expectProblem(400, "invalid-request", "depth");
        server.operator().order("[".repeat(60_000)).expectProblem(400, "invalid-request", "depth");
    }

    @Test
    void overLongNumberIsRefused() {
        server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\",\"volume\":" + "1".repeat(1_000) + "}")
                .expectProblem(400, "invalid-request", "not valid JSON");
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] latin = ("{\"device_id\":\"" + grill.id() + "\",\"recipe_id\":\"\u00e4\"}")
                .getBytes(StandardCharsets.ISO_8859_1);
        server.operator()
                .send("POST", "/v1/orders", BodyPublishers.ofByteArray(latin), "Content-Type", "application/json")
                .expect(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/xml", "application/jsonx", "json", "application/cloudevents+json"})
    void otherContentTypesAreRefused(String type) {
        server.operator()
                .postAs(type, "/v1/orders", grill.order())
                .expectProblem(415, "unsupported-media-type", "application/json");
    }

    @Test
    void missingContentTypeIsRefused() {
        server.operator()
                .send("POST", "/v1/orders", BodyPublishers.ofString(grill.order()))
                .expectProblem(415, "unsupported-media-type", "missing");
    }

    @Test
    void bodyOverItsLimitIsRefusedWhetherItSaysItsLengthOrNot() {
        byte[] large = ("{\"device_id\":\"" + grill.id() + "\",\"data\":{\"a\":\"" + "x".repeat(BODY_BYTES_MAX)
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);

        server.operator()
                .send("POST", "/v1/orders", BodyPublishers.ofByteArray(large), "Content-Type", "application/json")
                .expectProblem(413, "too-large", "65536");
        server.operator()
                .send(
                        "POST",
                        "/v1/orders",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                        "Content-Type",
                        "application/json")
                .expectProblem(413, "too-large", "65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "tab\there"})
    void malformedIdempotencyKeyIsRefused(String key) {
        server.operator()
                .order(grill.order(), "Idempotency-Key", key)
                .expectProblem(400, "invalid-request", "Idempotency-Key");
    }

    @Test
    void overLongIdempotencyKeyIsRefused() {
        server.operator()
                .order(grill.order(), "Idempotency-Key", "k".repeat(256))
                .expectProblem(400, "invalid-request", "Idempotency-Key");
    }
}
