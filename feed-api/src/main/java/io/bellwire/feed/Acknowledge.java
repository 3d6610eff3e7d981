package io.bellwire.feed;

import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Write;
import java.util.Set;

/** The write that moves a reader's processed position up. */
public final class Acknowledge implements Write<Acknowledge.Outcome> {
    private static final int BYTES = 64;

    private final Feed feed;
    private final long revision;

    public Acknowledge(Feed feed, long revision) {
        this.feed = feed;
        this.revision = revision;
    }

    /** What became of it. */
    public enum Outcome {
        /** The position is there or past it. */
        DONE,
        /** The feed has no such revision yet. */
        AHEAD
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of(feed);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Outcome decide(Group group) {
        if (revision > group.head(feed)) {
            return Outcome.AHEAD;
        }
        group.acknowledge(feed, revision);
        return Outcome.DONE;
    }
}
