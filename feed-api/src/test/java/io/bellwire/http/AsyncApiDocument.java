package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The AsyncAPI document, and checks of events against it. Thread-safe. */
final class AsyncApiDocument {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String BYE = "bye";

    static final AsyncApiDocument SERVED = load();

    private final JsonNode root;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private AsyncApiDocument(JsonNode root) {
        this.root = root;
    }

    private static AsyncApiDocument load() {
        try (InputStream in = AsyncApiDocument.class.getResourceAsStream("/asyncapi.json")) {
            return new AsyncApiDocument(MAPPER.readTree(in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** {@code node}, or the node that its reference names. */
    JsonNode resolve(JsonNode node) {
        JsonNode resolved = node;
        while (resolved.has("$ref")) {
            resolved = root.at(resolved.path("$ref").asText().substring(1));
        }
        return resolved;
    }

    /** Fails unless an event of this name with this payload is one of the messages of the channel at {@code path}. */
    void check(String path, String event, String payload) {
        List<String> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> message :
                channel(path).path("messages").properties()) {
            if (event.equals(BYE) == message.getKey().equals(BYE)) {
                List<String> messageErrors = errors(resolve(message.getValue()), payload);
                if (messageErrors.isEmpty()) {
                    return;
                }
                errors.addAll(messageErrors);
            }
        }
        assertEquals(List.of("one of the documented messages"), errors, event + " " + payload);
    }

    private JsonNode channel(String path) {
        for (JsonNode channel : root.path("channels")) {
            String address = channel.path("address").asText();
            if (address.startsWith("/") && path.matches(address.replace("{id}", "[^/?]+") + "(\\?.*)?")) {
                return channel;
            }
        }
        throw new AssertionError("no channel is documented at " + path);
    }

    private List<String> errors(JsonNode message, String payload) {
        ObjectNode whole = resolve(message.path("payload")).deepCopy();
        assertTrue(whole.size() > 0, "a message without a payload");
        whole.set("components", root.path("components"));
        try {
            return registry
                    .getSchema(whole)
                    .validate(
                            MAPPER.readTree(payload),
                            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                    .stream()
                    .map(Error::toString)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + payload, e);
        }
    }
}
