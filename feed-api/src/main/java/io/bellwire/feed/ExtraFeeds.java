package io.bellwire.feed;

import io.bellwire.log.FeedId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the chooser of the day. Thread-safe. As long as nobody chooses, an event costs one look at a field and no facts are
 * made.
 */
public final class ExtraFeeds {
    private static final Logger log = LoggerFactory.getLogger(ExtraFeeds.class);

    private final Counter failures;
    private volatile FeedRouter chooser = FeedRouter.NONE;

    public ExtraFeeds(MeterRegistry meters) {
        this.failures = Counter.builder("bellwire.routes.failures")
                .description("Events whose further feeds could not be chosen")
                .register(meters);
    }

    /** Has {@code newChooser} asked from now on. */
    public void choose(FeedRouter newChooser) {
        chooser = newChooser;
    }

    /** The further feeds of the event that {@code facts} tells of; {@code facts} is used only if somebody chooses. */
    public List<FeedId> of(Supplier<EventFacts> facts) {
        FeedRouter now = chooser;
        if (now == FeedRouter.NONE) {
            return List.of();
        }
        try {
            List<FeedId> feeds = now.feeds(facts.get());
            return feeds.size() > FeedRouter.FEEDS_MAX ? feeds.subList(0, FeedRouter.FEEDS_MAX) : feeds;
        } catch (RuntimeException e) { // a bad route must not cost the event the feeds that it always goes to
            failures.increment();
            log.error("the further feeds of an event could not be chosen", e);
            return List.of();
        }
    }
}
