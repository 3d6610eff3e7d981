package io.bellwire.log;

/**
 * A position in one feed, with the chain up to it. Immutable.
 *
 * @param revision the newest change up to here, 0 for none
 * @param chain the {@link Chain} of that change
 */
public record Position(long revision, int chain) {
    /** The highest revision, which is the highest integer that JSON readers keep exactly (RFC 8259, section 6). */
    public static final long REVISION_MAX = (1L << 53) - 1;

    /** The position before the first change of a feed. */
    public static final Position START = new Position(0, Chain.START);

    public Position {
        if (revision < 0 || revision > REVISION_MAX) {
            throw new IllegalArgumentException("revision must be 0 to " + REVISION_MAX + ", is " + revision);
        }
        if (revision == 0 && chain != Chain.START) {
            throw new IllegalArgumentException("nothing leads to revision 0: its chain must be " + Chain.START);
        }
    }

    /** The position of {@code event} if it is the change after this one. */
    Position next(Event event) {
        return new Position(revision + 1, Chain.next(chain, event.checksum()));
    }

    /** The higher one of this and {@code other}; this if they are equal. */
    public Position furthest(Position other) {
        return other.revision > revision ? other : this;
    }
}
