package io.bellwire.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.RenderedEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event about an endpoint: its type is {@code io.bellwire.endpoint.} and {@code kind}, its subject the endpoint's
 * name. Immutable.
 *
 * @param kind such as {@code url-confirmed}
 * @param isForOperations whether the feed of operations gets it too
 * @param data members of its data, besides partner and endpoint: texts and numbers
 */
public record EndpointEvent(EndpointId endpoint, String kind, boolean isForOperations, Map<String, Object> data) {
    public static final String TYPE_PREFIX = "io.bellwire.endpoint.";

    public EndpointEvent {
        data = Map.copyOf(data);
    }

    /** News for the partner alone. */
    public static EndpointEvent of(EndpointId endpoint, String kind) {
        return new EndpointEvent(endpoint, kind, false, Map.of());
    }

    /** News that operators should see too. */
    public static EndpointEvent forOperations(EndpointId endpoint, String kind) {
        return new EndpointEvent(endpoint, kind, true, Map.of());
    }

    /** A copy with one more member, a text, number or boolean. */
    public EndpointEvent with(String member, Object value) {
        Map<String, Object> added = new LinkedHashMap<>(data);
        added.put(member, value);
        return new EndpointEvent(endpoint, kind, isForOperations, added);
    }

    /** The event as the log keeps it. */
    RenderedEvent render() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("partner_id", endpoint.partner());
        json.put("endpoint", endpoint.name());
        data.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member -> json.putPOJO(member.getKey(), member.getValue()));
        return RenderedEvent.of(TYPE_PREFIX + kind, endpoint.name(), json.toString());
    }
}
