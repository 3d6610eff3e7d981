package io.bellwire.log;

import java.time.Instant;
import java.util.List;

/**
 * Is notified when feeds change. Called on the log's threads, for one feed in the order of its revisions.
 * Implementations return at once, never block and never throw; they override what they need.
 */
public interface FeedListener {
    /**
     * A batch of writes is durable.
     *
     * @param advances at most one for each feed
     */
    default void committed(List<Advance> advances) {}

    /** A feed answer has carried changes up to {@code revision} to the feed's reader. */
    default void received(FeedId feed, Revision revision) {}

    /** The feed's reader has acknowledged changes up to {@code revision}. */
    default void processed(FeedId feed, Revision revision) {}

    /** A batch that is durable has put or removed these records, at least one. */
    default void recordsChanged(Records records) {}

    /**
     * A feed has grown.
     *
     * @param head its newest revision now
     * @param added how many changes the batch has added, so that the first of them is {@code head - added + 1}
     * @param at when they were committed
     */
    record Advance(FeedId feed, Revision head, int added, Instant at) {}
}
