package io.bellwire.http;

import io.bellwire.feed.EventFacts;
import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/** What routes may ask of another back end's event. Immutable. */
record ForeignEventFacts(CloudEvent event) implements EventFacts {
    @Override
    public String type() {
        return event.getType();
    }

    @Override
    public String source() {
        return event.getSource().toString();
    }

    @Override
    public @Nullable String attribute(String name) {
        Object value = name.equals("subject") ? event.getSubject() : event.getExtension(name);
        return value == null ? null : value.toString();
    }
}
