package io.bellwire.segment;

import io.bellwire.log.Epoch;
import io.bellwire.log.FanOut;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.LastSeen;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Position;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.StoredAccount;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a record's body consists of, in its order. {@link ItemWriter} writes it, {@link ItemReader} reads it back to {@link LogState},
 * which is all that the log knows beside the changes themselves, and to {@link IndexItems}. What an implementation does not care for it need
 * not have a method for.
 */
interface Items {
    /** The log has this epoch from now on. */
    default void epoch(Epoch epoch) {}

    /** There is a feed of this number. */
    default void feed(int no, FeedId id) {}

    /** Where a feed stands. */
    default void feedState(FeedState.Facts facts) {}

    /** Changes up to {@code earliest} are kept no more. */
    default void earliest(int feed, Position earliest) {}

    /** An event, which the entries after it are of. */
    default void event(EventItem event) {}

    /**
     * The event that was last is this change of the feed.
     *
     * @param isCarried whether it was there before, and is written once more because its segment is dropped
     */
    default void entry(int feed, Position position, boolean isCarried) {}

    /** A response that is kept for an idempotency key. */
    default void response(long keyHash, ItemPlace place) {}

    /** The lease on an order; null ends it. */
    default void lock(UUID order, @Nullable OrderLock lock) {}

    default void processed(int feed, Position position) {}

    default void received(int feed, Position position) {}

    default void account(StoredAccount account) {}

    default void group(GroupState group) {}

    /** The device of a pair is a member for what comes after {@code since}; null ends that. */
    default void member(long pair, @Nullable Long since) {}

    /** It was one for what came after {@code since} and before {@code ended}. */
    default void formerMember(long pair, long since, long ended) {}

    /** Those who were members of the group until {@code ended} or earlier are of no interest any more. */
    default void forgetFormer(int group, long ended) {}

    default void fanOut(FanOut fanOut) {}

    /** The event has reached everybody. */
    default void fanOutDone(long seq) {}

    default void sighting(LastSeen sighting) {}

    default void watch(PresenceCheckpoint watch) {}

    /** Everything that is not a change has been written once more since the beginning of this segment. */
    default void stateWritten(long fromSegment) {}
}
