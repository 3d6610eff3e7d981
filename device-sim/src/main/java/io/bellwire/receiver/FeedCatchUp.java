package io.bellwire.receiver;

import io.bellwire.receiver.PartnerFeedClient.FeedPage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the feed when a call says so, when a revision is missing, at the start and from time to time; then acknowledges
 * what was applied. Used by one thread, at a short interval; only {@link #wake} may be called by any.
 */
final class FeedCatchUp {
    private static final Logger LOG = LoggerFactory.getLogger(FeedCatchUp.class);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    private static final Duration BACKOFF_LONG = Duration.ofSeconds(8);

    private final PartnerFeedClient feed;
    private final Applier applier;
    private final boolean acknowledges;
    private final Duration safetyPoll;
    private final Clock clock;
    private volatile boolean isDue = true;
    private volatile String acknowledged = "";
    private Instant nextPoll = Instant.MIN;
    private Instant notBefore = Instant.MIN;
    private Duration backoff = Duration.ofSeconds(1);

    /** Applies what was read. */
    interface Applier {
        /** The cursor to read from; empty for the beginning. */
        String position();

        /** Whether a revision before an applied one is missing. */
        boolean hasGap();

        /** Applies the page's changes that are new, and moves the position to its cursor. */
        void apply(FeedPage page) throws IOException;
    }

    /** @param safetyPoll how long to wait without a call before the feed is read */
    FeedCatchUp(PartnerFeedClient feed, Applier applier, boolean acknowledges, Duration safetyPoll, Clock clock) {
        this.feed = feed;
        this.applier = applier;
        this.acknowledges = acknowledges;
        this.safetyPoll = safetyPoll;
        this.clock = clock;
    }

    /** The feed has more than the calls have brought. */
    void wake() {
        isDue = true;
    }

    /** The cursor that was acknowledged last; empty for none. */
    String acknowledged() {
        return acknowledged;
    }

    /** Reads and acknowledges if there is something to do. Never throws an exception for a failure. */
    void run() throws InterruptedException {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            return;
        }
        try {
            if (isDue || applier.hasGap() || !now.isBefore(nextPoll)) {
                read();
                nextPoll = now.plus(safetyPoll);
            }
            String position = applier.position();
            if (acknowledges && !position.isEmpty() && !position.equals(acknowledged)) {
                feed.acknowledge(position);
                acknowledged = position;
            }
            backoff = Duration.ofSeconds(1);
        } catch (IOException failed) {
            isDue = true;
            notBefore = now.plus(backoff);
            backoff = backoff.multipliedBy(2).compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : backoff.multipliedBy(2);
            // a server that starts again is back within the first attempts
            boolean isLong = backoff.compareTo(BACKOFF_LONG) > 0;
            LOG.atLevel(isLong ? Level.WARN : Level.DEBUG).log("the feed is read again later: {}", failed.getMessage());
        }
    }

    private void read() throws IOException, InterruptedException {
        isDue = false;
        FeedPage page;
        do {
            String from = applier.position();
            page = feed.read(from);
            applier.apply(page);
            if (!page.reset().isEmpty() && applier.position().equals(from)) {
                throw new IOException("the cursor " + from + " cannot be continued: " + page.reset());
            }
        } while (!page.isUpToDate());
    }
}
