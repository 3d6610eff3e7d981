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
public final class FurtherFeeds {
    private static final Logger log = LoggerFactory.getLogger(FurtherFeeds.class);

    private final Counter failures;
    private volatile FeedChooser chooser = FeedChooser.NONE;

    public FurtherFeeds(MeterRegistry meters) {
        this.failures = Counter.builder("bellwire.routes.failures")
                .description("Events whose further feeds could not be chosen")
                .register(meters);
    }

    /** Has {@code newChooser} asked from now on. */
    public void choose(FeedChooser newChooser) {
        chooser = newChooser;
    }

    /** The further feeds of the event that {@code facts} tells of; {@code facts} is used only if somebody chooses. */
    public List<FeedId> of(Supplier<EventFacts> facts) {
        FeedChooser now = chooser;
        if (now == FeedChooser.NONE) {
            return List.of();
        }
        try {
            List<FeedId> feeds = now.feeds(facts.get());
            return feeds.size() > FeedChooser.FEEDS_MAX ? feeds.subList(0, FeedChooser.FEEDS_MAX) : feeds;
        } catch (RuntimeException e) { // a bad route must not cost the event the feeds that it always goes to
            failures.increment();
            log.error("the further feeds of an event could not be chosen", e);
            return List.of();
        }
    }
}
