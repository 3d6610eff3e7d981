package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Events of other back ends. */
final class EventCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "events-idempotent-by-source-and-id",
                    "An event with the same source and id is appended once; another source makes another event.",
                    EventCases::eventsIdempotentBySourceAndId),
            new ConformanceCase(
                    "events-keep-their-origin",
                    "The feed has its own source and id; the sender's come back as originsource and originid.",
                    EventCases::eventsKeepTheirOrigin),
            new ConformanceCase(
                    "events-batch-whole-or-not-at-all",
                    "A batch with one bad event is refused, and none of it is appended.",
                    EventCases::eventsBatchWholeOrNotAtAll));

    private static final String STRUCTURED = "application/cloudevents+json";

    private EventCases() {}

    private static String event(TestDevice machine, String source, String id) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"" + source
                + "\",\"type\":\"shop.price\",\"subject\":\"menu\",\"deviceid\":\"" + machine.id()
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"price\":2}}";
    }

    private static void send(CaseContext setting, String type, String body, int appended, int duplicates)
            throws Exception {
        JsonNode answer = setting.operator()
                .send("POST", "/v1/events", body, "Content-Type", type)
                .expect(200)
                .json();
        Expect.same("appended", appended, answer.path("appended").asInt(-1));
        Expect.same("duplicates", duplicates, answer.path("duplicates").asInt(-1));
    }

    /** One event of a till's for the device. */
    static void send(CaseContext setting, TestDevice machine, String id) throws Exception {
        send(setting, STRUCTURED, event(machine, "/till/" + machine.id(), id), 1, 0);
    }

    private static void eventsIdempotentBySourceAndId(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        String till = "/till/" + machine.id();
        String event = event(machine, till, "e1");
        send(setting, STRUCTURED, event, 1, 0);
        send(setting, STRUCTURED, event, 0, 1);
        send(setting, HttpReply.BATCH, "[" + event + "," + event(machine, till + "/other", "e1") + "]", 1, 1);
        Expect.same(
                "revisions", List.of(1L, 2L), machine.http().get(machine.feed()).revisions());
    }

    private static void eventsKeepTheirOrigin(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        String till = "/till/" + machine.id();
        send(setting, STRUCTURED, event(machine, till, "e1"), 1, 0);
        HttpReply page = machine.http().get(machine.feed());
        Expect.same("number of changes", 1, page.changes().size());
        JsonNode change = page.changes().get(0);
        Expect.same("source", machine.feed(), change.path("source").asText());
        Expect.same("id", page.cursor(), change.path("id").asText());
        Expect.same("originsource", till, change.path("originsource").asText());
        Expect.same("originid", "e1", change.path("originid").asText());
        Expect.same("type", "shop.price", change.path("type").asText());
        Expect.same("subject", "menu", change.path("subject").asText());
        Expect.same("data", "{\"price\":2}", change.path("data").toString());
    }

    private static void eventsBatchWholeOrNotAtAll(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        String good = event(machine, "/till/" + machine.id(), "e1");
        String bad = "{\"specversion\":\"1.0\",\"id\":\"e2\",\"deviceid\":\"" + machine.id() + "\"}";
        setting.operator()
                .send("POST", "/v1/events", "[" + good + "," + bad + "]", "Content-Type", HttpReply.BATCH)
                .problem(400, "invalid-request");
        Expect.same("changes", List.of(), machine.http().get(machine.feed()).changes());
    }
}
