package io.bellwire.log;

/**
 * How a group of devices stands. Immutable.
 *
 * @param no the number of the group's feed
 * @param members how many devices are in it; not counted for {@link FeedId#ALL_DEVICES}
 * @param changed the revision of its feed that tells of the latest change of its members, 0 if there was none; of
 *     {@link FeedId#ALL_DEVICES} a number that grows with each device that is enabled or disabled
 * @param behind how many of its events are still on their way to members
 * @param createdMillis when it was made, milliseconds since 1970
 */
public record GroupState(int no, int members, long changed, int behind, long createdMillis) {
    GroupState withMembers(int count, long revision) {
        return new GroupState(no, count, revision, behind, createdMillis);
    }

    GroupState withBehind(int count) {
        return new GroupState(no, members, changed, count, createdMillis);
    }
}
