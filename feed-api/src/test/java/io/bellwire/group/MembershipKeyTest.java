package io.bellwire.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedNumber;
import org.junit.jupiter.api.Test;

/** Keys of members are stored as one number, in which the members of a group are adjacent. */
class MembershipKeyTest {
    private static final FeedNumber STORE = new FeedNumber(7);
    private static final FeedNumber HIGHEST = new FeedNumber(Integer.MAX_VALUE);

    private static MembershipKey key(FeedNumber group, FeedNumber member) {
        return new MembershipKey(group, member);
    }

    @Test
    void storedValueHasTheGroupInItsUpperHalf() {
        assertEquals(0x7_0000_002AL, key(STORE, new FeedNumber(42)).value());
        assertEquals(0x7FFF_FFFF_7FFF_FFFFL, key(HIGHEST, HIGHEST).value());
    }

    @Test
    void keyIsReadBackFromItsStoredValue() {
        for (MembershipKey key :
                new MembershipKey[] {key(STORE, new FeedNumber(42)), key(STORE, HIGHEST), key(HIGHEST, HIGHEST)}) {
            assertEquals(key, MembershipKey.of(key.value()));
        }
    }

    @Test
    void membersOfAGroupAreBetweenNoneAndTheLast() {
        long before = key(STORE, FeedNumber.NONE).value();
        long last = MembershipKey.lastOf(STORE);

        assertTrue(before < key(STORE, new FeedNumber(1)).value());
        assertTrue(key(STORE, HIGHEST).value() <= last);
        assertTrue(last < key(new FeedNumber(8), FeedNumber.NONE).value());
    }
}
