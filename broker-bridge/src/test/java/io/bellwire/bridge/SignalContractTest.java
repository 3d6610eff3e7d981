package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.bellwire.broker.SignalTopic;
import io.bellwire.log.Cursor;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.route.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Signals match the AsyncAPI document. */
class SignalContractTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Epoch EPOCH = new Epoch("k3v9x2m4qd");
    private static JsonNode document;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream in = SignalContractTest.class.getResourceAsStream("/asyncapi.json")) {
            document = MAPPER.readTree(in);
        }
    }

    private static JsonNode schema() {
        return document.at("/components/schemas/Signal");
    }

    private static List<String> errors(JsonNode payload) {
        return errors("Signal", payload);
    }

    private static List<String> errors(String schema, JsonNode payload) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(document.at("/components/schemas/" + schema))
                .validate(payload, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }

    private static JsonNode payload(Signal signal) throws IOException {
        int bytesMax =
                document.at("/components/messages/signal/x-payload-bytes-max").asInt();
        assertTrue(signal.payload().length <= bytesMax);
        return MAPPER.readTree(signal.payload());
    }

    @Test
    void signalMatchesItsSchema() throws IOException {
        JsonNode behind = payload(new Signal(EPOCH, new Revision(17), 3, Instant.parse("2026-11-20T08:00:00Z"), 0));
        JsonNode largest = payload(new Signal(
                EPOCH,
                new Revision(Cursor.REVISION_MAX),
                Cursor.REVISION_MAX,
                Instant.parse("9999-12-31T23:59:59.999Z"),
                0));

        assertEquals(List.of(), errors(behind));
        assertEquals(List.of(), errors(largest));
        assertEquals(List.of(), errors(payload(new Signal(EPOCH, Revision.NONE, 0, null, 0))));
        behind.fieldNames()
                .forEachRemaining(
                        field -> assertTrue(schema().path("properties").has(field)));
        JsonNode spread = payload(new Signal(EPOCH, new Revision(17), 3, null, 200));
        JsonNode reduced = MAPPER.readTree(new Signal(EPOCH, new Revision(17), 3, null, 0).payload(Tier.FULL));
        assertEquals(List.of(), errors(spread));
        assertEquals(List.of(), errors(reduced));
        Set<String> fields = new HashSet<>();
        List.of(behind, spread, reduced).forEach(one -> one.fieldNames().forEachRemaining(fields::add));
        assertEquals(schema().path("properties").size(), fields.size());
    }

    @Test
    void invalidSignalsDoNotMatchTheSchema() throws IOException {
        for (String wrong : List.of(
                "{}",
                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":-1,\"pending\":0}",
                "{\"epoch\":\"K3V9X2M4QD\",\"revision\":1,\"pending\":0}",
                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":1,\"pending\":0,\"more\":1}",
                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":1,\"pending\":1,\"oldest_at\":\"2026-11-20T08:00:00Z\"}")) {
            assertFalse(errors(MAPPER.readTree(wrong)).isEmpty(), wrong);
        }
    }

    @Test
    void eventAndFullMessagesMatchTheirSchemas() throws IOException {
        StubRecentChanges recent = new StubRecentChanges();
        FeedId grill = FeedId.ofDevice(new DeviceId("grill"));
        String text = "\"type\":\"a.\\\"b\\\"\",\"data\":{\"name\":\"Käse\"}}";
        EventJson json = new EventJson(text.getBytes(StandardCharsets.UTF_8), 0);
        recent.add(grill, 1, new Event(new EventNumber(1), 0, json, null));
        recent.add(
                grill,
                2,
                new Event(new EventNumber(2), 0, json, UUID.fromString("01a1f7f8-3000-7000-8a3b-6d1e90c4f2a7")));
        MessageRenderer messages = new MessageRenderer(recent, new EventFactsCache());
        Signal signal = new Signal(EPOCH, new Revision(2), 2, Instant.parse("2026-11-20T08:00:00Z"), 500);

        JsonNode full = MAPPER.readTree(
                messages.render(grill, signal, Tier.FULL, Revision.NONE, 4_000).payload());
        JsonNode event = MAPPER.readTree(
                messages.render(grill, signal, Tier.EVENT, Revision.NONE, 4_000).payload());
        JsonNode reduced = MAPPER.readTree(
                messages.render(grill, signal, Tier.FULL, Revision.NONE, 340).payload());

        assertEquals(List.of(), errors("FullMessage", full));
        assertEquals(List.of(), errors("EventMessage", event));
        assertEquals(List.of(), errors("EventMessage", reduced));
        assertEquals("full", reduced.path("reduced_from").asText());
        assertEquals("a.\"b\"", event.at("/events/1/type").asText());
        assertEquals("Käse", full.at("/changes/1/data/name").asText());
        assertFalse(errors(event).isEmpty(), "a plain signal lists nothing");
        assertFalse(errors("EventMessage", full).isEmpty());
        assertFalse(errors("FullMessage", event).isEmpty());
    }

    @Test
    void examplesMatchTheirSchemas() {
        for (String message : List.of("signal", "event", "full")) {
            JsonNode documented = document.at("/components/messages/" + message);
            String schema = documented.at("/payload/$ref").asText();
            String name = schema.substring(schema.lastIndexOf('/') + 1);
            documented
                    .path("examples")
                    .forEach(example -> assertEquals(List.of(), errors(name, example.path("payload"))));
            assertFalse(documented.path("examples").isEmpty());
        }
    }

    @Test
    void topicIsTheAddressInTheDocument() {
        assertEquals(
                document.at("/channels/signal/address").asText().replace("{id}", "grill-1"),
                SignalTopic.of(new DeviceId("grill-1")));
    }
}
