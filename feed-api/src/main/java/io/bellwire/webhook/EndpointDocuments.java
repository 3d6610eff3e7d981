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
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The documents about endpoints, besides those of {@link EndpointJson}: positions, replays, and the names of each partner's. */
final class EndpointDocuments {
    static final String POSITION_PREFIX = "endpoint-position/";
    private static final String NAMES_PREFIX = "endpoint-names/";

    static final String REPLAY_PREFIX = "endpoint-replay/";

    private static final String EPOCH = "epoch";
    private static final String REVISION = "revision";

    private EndpointDocuments() {}

    static String namesKey(FeedId partner) {
        return NAMES_PREFIX + partner.path();
    }

    /** The names in a document with the names of a partner's endpoints; none if there is no such document. */
    static SortedSet<String> namesIn(Optional<Document> document) {
        SortedSet<String> names = new TreeSet<>();
        document.ifPresent(found -> EndpointJson.parse(found).forEach(name -> names.add(name.asText())));
        return names;
    }

    /**
     * The names of a partner's endpoints are a document too: of two that are created at once, one is decided again, and
     * sees the other.
     */
    static Replacement namesChange(EndpointId id, Optional<Document> before, boolean isCreated) {
        Set<String> all = namesIn(before);
        if (isCreated) {
            all.add(id.name());
        } else {
            all.remove(id.name());
        }
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        all.forEach(json::add);
        String key = namesKey(id.feed());
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

    static String replayKey(EndpointId id) {
        return REPLAY_PREFIX + id;
    }

    /** A replay that is not over, so that it goes on after a restart. */
    static Document replay(EndpointId id, EndpointReplay replay) {
        JsonNode json = JsonNodeFactory.instance
                .objectNode()
                .put(EPOCH, replay.epoch().value())
                .put("from", replay.from().value())
                .put("to", replay.to().value())
                .put("at", replay.at().value())
                .put("per_second", replay.perSecond())
                .put("started", replay.startedMillis())
                .put("calls", replay.calls())
                .put("failures", replay.failures())
                .put("missed", replay.missed());
        return EndpointJson.document(replayKey(id), json);
    }

    static EndpointReplay replayIn(Document document) {
        JsonNode json = EndpointJson.parse(document);
        return new EndpointReplay(
                ReplayState.WAITING,
                new Epoch(json.path(EPOCH).asText()),
                new Revision(json.path("from").asLong()),
                new Revision(json.path("to").asLong()),
                new Revision(json.path("at").asLong()),
                Math.max(1, json.path("per_second").asInt()),
                json.path("started").asLong(),
                OptionalLong.empty(),
                json.path("calls").asLong(),
                json.path("failures").asLong(),
                json.path("missed").asLong(),
                Optional.empty());
    }
}
