package io.bellwire.group;

import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.store.DataStore;
import io.bellwire.store.ForwardingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Predicate;

/** A store that fails to read some events and forwards all else to another store. */
final class UnreadableEvents extends ForwardingStore {
    private final Predicate<EventNumber> isUnreadable;

    /** All events are unreadable. */
    UnreadableEvents(DataStore inner) {
        super(inner);
        this.isUnreadable = eventNumber -> true;
    }

    UnreadableEvents(DataStore inner, EventNumber unreadable) {
        super(inner);
        this.isUnreadable = eventNumber -> eventNumber.equals(unreadable);
    }

    @Override
    public Optional<Event> event(EventNumber eventNumber) {
        if (isUnreadable.test(eventNumber)) {
            throw new UncheckedIOException(new IOException("a bad sector"));
        }
        return super.event(eventNumber);
    }
}
