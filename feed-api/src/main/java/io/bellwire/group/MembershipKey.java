package io.bellwire.group;

import io.bellwire.log.FeedNumber;

/**
 * A device in a group, by the numbers of their feeds. It is stored as one 64-bit number, with the group's number in the
 * upper half, so that the members of a group are adjacent. Immutable.
 *
 * @param group the number of the group's feed
 * @param member the number of the device's feed; {@link FeedNumber#NONE} is before the group's first member
 */
public record MembershipKey(FeedNumber group, FeedNumber member) {
    private static final int NUMBER_BITS = 32;
    private static final long NUMBER_MAX = 0xFFFF_FFFFL;

    /** The key that is stored as {@code value}. */
    public static MembershipKey of(long value) {
        return new MembershipKey(new FeedNumber((int) (value >>> NUMBER_BITS)), new FeedNumber((int) value));
    }

    /** The highest {@link #value} in the group. */
    public static long lastOf(FeedNumber group) {
        return ((long) group.value() << NUMBER_BITS) | NUMBER_MAX;
    }

    /** The key as it is stored. */
    public long value() {
        return ((long) group.value() << NUMBER_BITS) | member.value();
    }
}
