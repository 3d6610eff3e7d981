package io.bellwire.feed;

import io.bellwire.log.FeedId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the present {@link FeedRouter} for the further feeds of an event. As long as there is no router, that costs one
 * read of a field, and no facts are made. Thread-safe.
 */
public final class ExtraFeeds {
    private static final Logger log = LoggerFactory.getLogger(ExtraFeeds.class);

    private final Counter failures;
    private volatile FeedRouter router = FeedRouter.NONE;

    public ExtraFeeds(MeterRegistry meters) {
        this.failures = Counter.builder("bellwire.routes.failures")
                .description("Events whose further feeds could not be chosen")
                .register(meters);
    }

    /** Asks {@code newRouter} from now on. */
    public void use(FeedRouter newRouter) {
        router = newRouter;
    }

    /** The further feeds of the event with these facts; {@code facts} is called only if there is a router. */
    public List<FeedId> of(Supplier<EventFacts> facts) {
        FeedRouter current = router;
        if (current == FeedRouter.NONE) {
            return List.of();
        }
        try {
            List<FeedId> feeds = current.feeds(facts.get());
            return feeds.size() > FeedRouter.FEEDS_MAX ? feeds.subList(0, FeedRouter.FEEDS_MAX) : feeds;
        } catch (RuntimeException e) { // in spite of a bad route the event must reach the feeds that always get it
            failures.increment();
            log.error("the further feeds of an event could not be chosen", e);
            return List.of();
        }
    }
}
