package io.bellwire.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.document.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An endpoint as its document has it. Reads what earlier versions wrote: a field that is missing has its default. */
final class EndpointJson {
    private static final String PREFIX = "endpoint/";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EndpointJson() {}

    /** What the keys of all endpoints begin with. */
    static String prefix() {
        return PREFIX;
    }

    /** The key of the endpoint's document. */
    static String key(EndpointId id) {
        return PREFIX + id;
    }

    static Document write(WebhookEndpoint endpoint) {
        return write(key(endpoint.id()), endpoint);
    }

    /** @param key of the endpoint, the same object for all versions if they are to take less memory */
    static Document write(String key, WebhookEndpoint endpoint) {
        ObjectNode json = MAPPER.createObjectNode();
        putSettings(json.putObject("settings"), endpoint.settings());
        putUrls(json.putObject("urls"), endpoint.urls());
        json.put("salt", endpoint.keys().salt());
        endpoint.keys().old().ifPresent(old -> {
            json.put("old_salt", old.salt());
            json.put("old_ends", old.endsMillis());
            old.warnsMillis().ifPresent(warns -> json.put("old_warns", warns));
        });
        endpoint.disabled().ifPresent(reason -> json.put("disabled", reason.text()));
        json.put("created", endpoint.createdMillis());
        json.put("updated", endpoint.updatedMillis());
        return document(key, json);
    }

    /** A document with this JSON. */
    static Document document(String key, JsonNode json) {
        try {
            return new Document(key, MAPPER.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /** The JSON of a document; {@link UncheckedIOException} that names the document if it is damaged. */
    static JsonNode parse(Document document) {
        try {
            return MAPPER.readTree(document.json());
        } catch (IOException e) {
            throw new UncheckedIOException("document " + document.key() + " is not JSON", e);
        }
    }

    /** The id of the endpoint in the key of its document. */
    static EndpointId idIn(String key) {
        return EndpointId.parse(key.substring(PREFIX.length()));
    }

    /** @param id of the endpoint, as the document's key has it */
    static WebhookEndpoint read(EndpointId id, Document document) {
        JsonNode json = parse(document);
        return new WebhookEndpoint(
                id,
                settings(json.path("settings")),
                urls(json.path("urls")),
                new EndpointKeys(
                        json.path("salt").asText(),
                        Optional.ofNullable(json.get("old_salt"))
                                .map(old -> new EndpointKeys.Old(
                                        old.asText(),
                                        json.path("old_ends").asLong(),
                                        Optional.ofNullable(json.get("old_warns"))
                                                .map(JsonNode::asLong)))),
                DisabledReason.of(json.path("disabled").asText("")),
                json.path("created").asLong(),
                json.path("updated").asLong());
    }

    private static void putSettings(ObjectNode json, EndpointSettings settings) {
        putTexts(json, "types", settings.types());
        json.put("payload", settings.payload().text());
        json.put("ordering", settings.ordering().text());
        CallLimits limits = settings.limits();
        json.put("batch_max", limits.batchMax());
        json.put("bytes_max", limits.bytesMax());
        json.put("parallelism", limits.parallelism());
        json.put("rate_per_s", limits.perSecond());
        json.put("deadline_ms", limits.deadline().toMillis());
        putTexts(
                json,
                "signatures",
                settings.signatures().stream()
                        .map(SignatureScheme::text)
                        .sorted()
                        .toList());
        json.put("headers", settings.headers().text());
        putTexts(json, "contacts", settings.contacts());
        json.put("acknowledges", settings.isAcknowledging());
    }

    private static EndpointSettings settings(JsonNode json) {
        EndpointSettings missing = EndpointSettings.DEFAULT;
        CallLimits limits = missing.limits();
        Set<SignatureScheme> signatures = EnumSet.noneOf(SignatureScheme.class);
        texts(json, "signatures").forEach(text -> SignatureScheme.of(text).ifPresent(signatures::add));
        return new EndpointSettings(
                texts(json, "types"),
                CallPayload.of(json.path("payload").asText()).orElse(missing.payload()),
                CallOrdering.of(json.path("ordering").asText()).orElse(missing.ordering()),
                new CallLimits(
                        json.path("batch_max").asInt(limits.batchMax()),
                        json.path("bytes_max").asInt(limits.bytesMax()),
                        json.path("parallelism").asInt(limits.parallelism()),
                        json.path("rate_per_s").asInt(limits.perSecond()),
                        Duration.ofMillis(json.path("deadline_ms")
                                .asLong(limits.deadline().toMillis()))),
                signatures.isEmpty() ? missing.signatures() : signatures,
                new SealedHeaders(json.path("headers").asText("")),
                texts(json, "contacts"),
                json.path("acknowledges").asBoolean(missing.isAcknowledging()));
    }

    private static void putUrls(ObjectNode json, EndpointUrls urls) {
        urls.inUse().ifPresent(url -> json.put("in_use", url));
        urls.pending().ifPresent(pending -> {
            ObjectNode object = json.putObject("pending");
            object.put("url", pending.url());
            object.put("challenge", pending.challenge());
            object.put("set", pending.setMillis());
            object.put("ends", pending.endsMillis());
        });
        urls.previous().ifPresent(previous -> {
            ObjectNode object = json.putObject("previous");
            object.put("url", previous.url());
            object.put("replaced", previous.replacedMillis());
            object.put("ends", previous.endsMillis());
        });
    }

    private static EndpointUrls urls(JsonNode json) {
        return new EndpointUrls(
                Optional.ofNullable(json.get("in_use")).map(JsonNode::asText),
                Optional.ofNullable(json.get("pending"))
                        .map(pending -> new EndpointUrls.Pending(
                                pending.path("url").asText(),
                                pending.path("challenge").asText(),
                                pending.path("set").asLong(),
                                pending.path("ends").asLong())),
                Optional.ofNullable(json.get("previous"))
                        .map(previous -> new EndpointUrls.Previous(
                                previous.path("url").asText(),
                                previous.path("replaced").asLong(),
                                previous.path("ends").asLong())));
    }

    private static void putTexts(ObjectNode json, String name, List<String> texts) {
        ArrayNode array = json.putArray(name);
        texts.forEach(array::add);
    }

    private static List<String> texts(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        json.path(name).forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
