package io.bellwire.group;

import io.bellwire.log.Event;
import io.bellwire.store.DataStore;
import io.bellwire.store.ForwardingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongPredicate;

/** A store that fails to read some events and forwards all else to another store. */
final class UnreadableEvents extends ForwardingStore {
    private final LongPredicate isUnreadable;

    /** All events are unreadable. */
    UnreadableEvents(DataStore inner) {
        super(inner);
        this.isUnreadable = eventNumber -> true;
    }

    UnreadableEvents(DataStore inner, long unreadable) {
        super(inner);
        this.isUnreadable = eventNumber -> eventNumber == unreadable;
    }

    @Override
    public Optional<Event> event(long eventNumber) {
        if (isUnreadable.test(eventNumber)) {
            throw new UncheckedIOException(new IOException("a bad sector"));
        }
        return super.event(eventNumber);
    }
}
