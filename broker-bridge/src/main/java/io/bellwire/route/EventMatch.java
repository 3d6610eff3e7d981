package io.bellwire.route;

import io.bellwire.feed.EventFacts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events a route is for: those for which all that is given here holds. Immutable.
 *
 * @param type null for any
 * @param source null for any
 */
record EventMatch(@Nullable Glob type, @Nullable Glob source, Map<String, Glob> attributes) {
    /** How attributes are named: a CloudEvents extension, a field of an order, a field of the data. */
    static final String ATTRIBUTE = "(?:[a-z0-9_]{1,64}|data\\.[A-Za-z0-9_-]{1,64})";

    static final EventMatch ANY = new EventMatch(null, null, Map.of());

    EventMatch {
        attributes = Map.copyOf(attributes);
    }

    boolean holds(EventFacts facts) {
        if ((type != null && !type.matches(facts.type())) || (source != null && !source.matches(facts.source()))) {
            return false;
        }
        for (Map.Entry<String, Glob> wanted : attributes.entrySet()) {
            String value = facts.attribute(wanted.getKey());
            if (value == null || !wanted.getValue().matches(value)) {
                return false;
            }
        }
        return true;
    }
}
