package io.bellwire.group;

import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;

/**
 * The state of a group of devices. Immutable.
 *
 * @param feedNumber the number of the group's feed
 * @param members how many devices are in it; not counted for {@link FeedId#ALL_DEVICES}
 * @param changed the revision in its feed of the latest change of members, 0 for none; for {@link FeedId#ALL_DEVICES} a
 *     number that grows with each device that is enabled or disabled
 * @param behind how many of its events are still on their way to members
 * @param createdMillis when it was created, milliseconds since 1970
 */
public record GroupState(FeedNumber feedNumber, int members, long changed, int behind, long createdMillis) {
    GroupState withMembers(int count, long revision) {
        return new GroupState(feedNumber, count, revision, behind, createdMillis);
    }

    GroupState withBehind(int count) {
        return new GroupState(feedNumber, members, changed, count, createdMillis);
    }
}
