package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Cases about events of other back ends. */
final class EventCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    39,
                    "events-idempotent-by-source-and-id",
                    "An event with the same source and id is appended once; with another source it is another event.",
                    EventCases::eventsIdempotentBySourceAndId),
            new ConformanceCase(
                    40,
                    "events-keep-their-origin",
                    "An event in the feed has the feed's source and id, and the sender's as originsource and originid.",
                    EventCases::eventsKeepTheirOrigin),
            new ConformanceCase(
                    41,
                    "events-batch-whole-or-not-at-all",
                    "A batch with one bad event is refused, and none of it is appended.",
                    EventCases::eventsBatchWholeOrNotAtAll));

    private static final String STRUCTURED = "application/cloudevents+json";

    private EventCases() {}

    private static String event(TestDevice device, String source, String id) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"" + source
                + "\",\"type\":\"shop.price\",\"subject\":\"menu\",\"deviceid\":\"" + device.id()
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"price\":2}}";
    }

    private static void send(CaseContext context, String type, String body, int appended, int duplicates)
            throws Exception {
        JsonNode answer = context.operator()
                .send("POST", "/v1/events", body, "Content-Type", type)
                .expect(200)
                .json();
        Expect.same("appended", appended, answer.path("appended").asInt(-1));
        Expect.same("duplicates", duplicates, answer.path("duplicates").asInt(-1));
    }

    /** Sends one event from a till to the device. */
    static void send(CaseContext context, TestDevice device, String id) throws Exception {
        send(context, STRUCTURED, event(device, "/till/" + device.id(), id), 1, 0);
    }

    private static void eventsIdempotentBySourceAndId(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String till = "/till/" + device.id();
        String event = event(device, till, "e1");
        send(context, STRUCTURED, event, 1, 0);
        send(context, STRUCTURED, event, 0, 1);
        send(context, HttpReply.BATCH, "[" + event + "," + event(device, till + "/other", "e1") + "]", 1, 1);
        Expect.same(
                "revisions", List.of(1L, 2L), device.http().get(device.feed()).revisions());
    }

    private static void eventsKeepTheirOrigin(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String till = "/till/" + device.id();
        send(context, STRUCTURED, event(device, till, "e1"), 1, 0);
        HttpReply page = device.http().get(device.feed());
        Expect.same("number of changes", 1, page.changes().size());
        JsonNode change = page.changes().get(0);
        Expect.same("source", device.feed(), change.path("source").asText());
        Expect.same("id", page.cursor(), change.path("id").asText());
        Expect.same("originsource", till, change.path("originsource").asText());
        Expect.same("originid", "e1", change.path("originid").asText());
        Expect.same("type", "shop.price", change.path("type").asText());
        Expect.same("subject", "menu", change.path("subject").asText());
        Expect.same("data", "{\"price\":2}", change.path("data").toString());
    }

    private static void eventsBatchWholeOrNotAtAll(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String good = event(device, "/till/" + device.id(), "e1");
        String bad = "{\"specversion\":\"1.0\",\"id\":\"e2\",\"deviceid\":\"" + device.id() + "\"}";
        context.operator()
                .send("POST", "/v1/events", "[" + good + "," + bad + "]", "Content-Type", HttpReply.BATCH)
                .problem(400, "invalid-request");
        Expect.same("changes", List.of(), device.http().get(device.feed()).changes());
    }
}
