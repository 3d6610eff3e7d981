package io.bellwire.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bellwire.document.Document;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The documents about endpoints, besides those of {@link EndpointJson}: positions, and the names of each partner's. */
final class EndpointDocuments {
    static final String POSITION_PREFIX = "endpoint-position/";
    static final String NAMES_PREFIX = "endpoint-names/";

    private static final String EPOCH = "epoch";
    private static final String REVISION = "revision";

    private EndpointDocuments() {}

    /**
     * The names of a partner's endpoints are a document too: of two that are created at once, one is decided again, and
     * sees the other.
     */
    static Replacement namesChange(EndpointId id, Optional<Document> before, boolean isCreated) {
        Set<String> all = new TreeSet<>();
        before.ifPresent(document -> EndpointJson.parse(document).forEach(name -> all.add(name.asText())));
        if (isCreated) {
            all.add(id.name());
        } else {
            all.remove(id.name());
        }
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        all.forEach(json::add);
        String key = NAMES_PREFIX + id.feed().path();
        return new Replacement(
                key, before, all.isEmpty() ? Optional.empty() : Optional.of(EndpointJson.document(key, json)));
    }

    static String positionKey(EndpointId id) {
        return POSITION_PREFIX + id;
    }

    static Document position(EndpointId id, EndpointPosition position) {
        JsonNode json = JsonNodeFactory.instance
                .objectNode()
                .put(EPOCH, position.epoch().value())
                .put(REVISION, position.revision().value());
        return EndpointJson.document(positionKey(id), json);
    }

    static EndpointPosition positionIn(Document document) {
        JsonNode json = EndpointJson.parse(document);
        return new EndpointPosition(
                new Epoch(json.path(EPOCH).asText()),
                new Revision(json.path(REVISION).asLong()));
    }

    static FeedId partnerOf(Document namesDocument) {
        return new FeedId(namesDocument.key().substring(NAMES_PREFIX.length()));
    }
}
