package io.bellwire.log;

/**
 * A position in one feed, with the chain up to it. Immutable.
 *
 * @param revision the newest change up to here, {@link Revision#NONE} for none
 * @param chain the {@link Chain} of that change
 */
public record Position(Revision revision, int chain) {
    /** The highest revision, which is the highest integer that JSON readers keep exactly (RFC 8259, section 6). */
    public static final long REVISION_MAX = (1L << 53) - 1;

    /** The position before the first change of a feed. */
    public static final Position START = new Position(Revision.NONE, Chain.START);

    public Position {
        if (revision.value() > REVISION_MAX) {
            throw new IllegalArgumentException("revision must be 0 to " + REVISION_MAX + ", is " + revision);
        }
        if (revision.equals(Revision.NONE) && chain != Chain.START) {
            throw new IllegalArgumentException("nothing leads to revision 0: its chain must be " + Chain.START);
        }
    }

    /** The position of {@code event} if it is the change after this one. */
    Position next(Event event) {
        return new Position(revision.next(), Chain.next(chain, event.checksum()));
    }

    /** The higher one of this and {@code other}; this if they are equal. */
    public Position furthest(Position other) {
        return other.revision.isAfter(revision) ? other : this;
    }
}
