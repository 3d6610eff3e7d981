package io.bellwire.segment;

import io.bellwire.document.Document;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.StoredAccount;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The items of a record's body, one method each, called in their order. {@link ItemWriter} writes them;
 * {@link ItemReader} reads them back to {@link LogState}, which is all that the log says but its changes, and to
 * {@link IndexUpdater}. An implementation overrides the methods of the items that it uses.
 */
interface ItemVisitor {
    /** The log has this epoch from now on. */
    default void epoch(Epoch epoch) {}

    /** A feed with this number was created. */
    default void feed(int feedNumber, FeedId id) {}

    /** All positions of a feed. */
    default void feedState(FeedState.Snapshot snapshot) {}

    /** Changes of the feed up to {@code earliest} are no longer kept. */
    default void earliest(int feedNumber, Position earliest) {}

    /** An event. The entries that follow are of this event. */
    default void event(EventItem event) {}

    /**
     * The last event is the change of the feed at {@code position}.
     *
     * @param isCopy whether an older segment had this change, and it was copied because that segment is dropped
     */
    default void entry(int feedNumber, Position position, boolean isCopy) {}

    /** A response that is kept for an idempotency key. */
    default void response(long keyHash, ItemLocation location) {}

    /** The lease on an order; null ends it. */
    default void lock(UUID order, @Nullable OrderLock lock) {}

    default void processed(int feedNumber, Position position) {}

    default void received(int feedNumber, Position position) {}

    default void account(StoredAccount account) {}

    default void group(GroupState group) {}

    /**
     * A device is a member of a group for the events after revision {@code since} of the group's feed; null ends the
     * membership.
     *
     * @param memberKey group and device, see {@link io.bellwire.group.MembershipKey}
     */
    default void member(long memberKey, @Nullable Long since) {}

    /** A device was a member of a group for the events after {@code since} and before {@code ended}. */
    default void formerMember(long memberKey, long since, long ended) {}

    /** Members of the group whose membership ended at {@code ended} or earlier are no longer kept as former members. */
    default void dropFormerMembers(int groupFeedNumber, long ended) {}

    default void fanOut(FanOut fanOut) {}

    /** The event has reached all members of its groups. */
    default void fanOutDone(long eventNumber) {}

    default void lastSeen(LastSeen lastSeen) {}

    default void presenceCheckpoint(PresenceCheckpoint checkpoint) {}

    default void document(Document document) {}

    /** There is no document with this key from now on. */
    default void noDocument(String key) {}

    /** Everything that is not a change has been written once more since the beginning of this segment. */
    default void stateWritten(long fromSegment) {}
}
