package io.bellwire.route;

import io.bellwire.feed.EventFacts;
import io.bellwire.feed.Glob;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events that a route applies to: those that match all patterns. Immutable.
 *
 * @param type pattern of the type; null for any
 * @param source pattern of the source; null for any
 * @param attributes patterns of attributes, by name; an event without the attribute does not match
 */
record EventMatch(@Nullable Glob type, @Nullable Glob source, Map<String, Glob> attributes) {
    /** Form of an attribute's name: a CloudEvents extension, a field of an order, a field of the order's data. */
    static final String ATTRIBUTE = "(?:[a-z0-9_]{1,64}|data\\.[A-Za-z0-9_-]{1,64})";

    static final EventMatch ANY = new EventMatch(null, null, Map.of());

    EventMatch {
        attributes = Map.copyOf(attributes);
    }

    boolean matches(EventFacts facts) {
        if ((type != null && !type.matches(facts.type())) || (source != null && !source.matches(facts.source()))) {
            return false;
        }
        for (Map.Entry<String, Glob> pattern : attributes.entrySet()) {
            String value = facts.attribute(pattern.getKey());
            if (value == null || !pattern.getValue().matches(value)) {
                return false;
            }
        }
        return true;
    }
}
