package io.bellwire.group;

/**
 * The number of a group's feed and of a member's feed in one 64-bit number, the group's in the upper half, so that the
 * members of a group are adjacent.
 */
public final class MembershipKey {
    private static final int NUMBER_BITS = 32;
    private static final long NUMBER_MAX = 0xFFFF_FFFFL;

    private MembershipKey() {}

    public static long of(int group, int member) {
        return ((long) group << NUMBER_BITS) | member;
    }

    /** The highest key of the group. */
    public static long lastOf(int group) {
        return ((long) group << NUMBER_BITS) | NUMBER_MAX;
    }

    public static int group(long key) {
        return (int) (key >>> NUMBER_BITS);
    }

    public static int member(long key) {
        return (int) key;
    }
}
