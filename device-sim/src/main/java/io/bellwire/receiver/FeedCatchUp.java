package io.bellwire.receiver;

import io.bellwire.receiver.PartnerFeedClient.FeedPage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the feed when a call says so, when a revision is missing, at the start and from time to time; then acknowledges
 * what was applied. If there are replays, they bring what is missing, and the feed is read only for what they cannot
 * bring. Used by one thread, at a short interval; only {@link #wake} may be called by any.
 */
final class FeedCatchUp {
    private static final Logger LOG = LoggerFactory.getLogger(FeedCatchUp.class);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
    private static final Duration BACKOFF_LONG = Duration.ofSeconds(8);

    private final PartnerFeedClient feed;
    private final @Nullable ReplayCatchUp replays;
    private final Applier applier;
    private final boolean acknowledges;
    private final Duration safetyPoll;
    private final InstantSource clock;
    private volatile boolean isToBeRead;
    private volatile String acknowledged = "";
    /** Looks then whether something is missing, even if nothing says so. */
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

    /**
     * @param replays null if the feed is read for whatever is missing
     * @param safetyPoll how long to wait without a call before the feed is read
     * @param clock by which it waits; steady
     */
    FeedCatchUp(
            PartnerFeedClient feed,
            @Nullable ReplayCatchUp replays,
            Applier applier,
            boolean acknowledges,
            Duration safetyPoll,
            InstantSource clock) {
        this.feed = feed;
        this.replays = replays;
        this.applier = applier;
        this.acknowledges = acknowledges;
        this.safetyPoll = safetyPoll;
        this.clock = clock;
    }

    /** The feed has more than the calls have brought. */
    void wake() {
        isToBeRead = true;
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
            if (isToBeRead) {
                read(now);
            }
            if (applier.hasGap() || !now.isBefore(nextPoll)) {
                makeUp(now);
            }
            String position = applier.position();
            if (acknowledges && !position.isEmpty() && !position.equals(acknowledged)) {
                feed.acknowledge(position);
                acknowledged = position;
            }
            backoff = Duration.ofSeconds(1);
        } catch (IOException failed) {
            nextPoll = Instant.MIN;
            notBefore = now.plus(backoff);
            backoff = backoff.multipliedBy(2).compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : backoff.multipliedBy(2);
            // a server that starts again is back within the first attempts
            boolean isLong = backoff.compareTo(BACKOFF_LONG) > 0;
            LOG.atLevel(isLong ? Level.WARN : Level.DEBUG)
                    .log("what is missing is asked for again later: {}", failed.getMessage());
        }
    }

    /** Gets what is missing, if something is. */
    private void makeUp(Instant now) throws IOException, InterruptedException {
        if (replays == null) {
            read(now);
            return;
        }
        switch (replays.run(applier.position(), applier.hasGap(), now)) {
            case COMPLETE -> nextPoll = now.plus(safetyPoll);
            case UNDER_WAY -> nextPoll = Instant.MIN;
            case IMPOSSIBLE -> read(now);
        }
    }

    private void read(Instant now) throws IOException, InterruptedException {
        isToBeRead = false;
        try {
            readToHead();
        } catch (IOException failed) {
            isToBeRead = true;
            throw failed;
        }
        nextPoll = now.plus(safetyPoll);
    }

    private void readToHead() throws IOException, InterruptedException {
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
