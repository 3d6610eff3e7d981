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
import io.bellwire.log.Epoch;
import io.bellwire.registry.DeviceId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A signal is as the AsyncAPI document has it. */
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
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema())
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
    void signalIsAsDocumented() throws IOException {
        JsonNode behind = payload(new Signal(EPOCH, 17, 3, Instant.parse("2026-11-20T08:00:00Z"), 0));
        JsonNode largest = payload(new Signal(
                EPOCH, Cursor.REVISION_MAX, Cursor.REVISION_MAX, Instant.parse("9999-12-31T23:59:59.999Z"), 0));

        assertEquals(List.of(), errors(behind));
        assertEquals(List.of(), errors(largest));
        assertEquals(List.of(), errors(payload(new Signal(EPOCH, 0, 0, null, 0))));
        behind.fieldNames()
                .forEachRemaining(
                        field -> assertTrue(schema().path("properties").has(field)));
        assertEquals(schema().path("properties").size(), behind.size());
    }

    @Test
    void whatIsNoSignalIsNotAsDocumented() throws IOException {
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
    void examplesAreAsTheirSchemaSays() {
        document.at("/components/messages/signal/examples")
                .forEach(example -> assertEquals(List.of(), errors(example.path("payload"))));
    }

    @Test
    void topicIsTheChannelsAddress() {
        assertEquals(
                document.at("/channels/signal/address").asText().replace("{id}", "grill-1"),
                SignalTopic.of(new DeviceId("grill-1")));
    }
}
