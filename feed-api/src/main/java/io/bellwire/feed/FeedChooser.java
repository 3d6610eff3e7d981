package io.bellwire.feed;

import io.bellwire.log.FeedId;
import java.util.List;

/** Chooses further feeds for an event besides those that it always goes to. Thread-safe, and answers at once. */
public interface FeedChooser {
    /** The feeds for this event, each once. */
    List<FeedId> feeds(EventFacts facts);
}
