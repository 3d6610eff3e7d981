package io.bellwire.log;

/**
 * A position in one feed: the first change has 1, and each further one the next number. Immutable.
 *
 * @param value 0 for the position before the first change
 */
public record Revision(long value) implements Comparable<Revision> {
    /** The position before the first change. */
    public static final Revision NONE = new Revision(0);

    public Revision {
        if (value < 0) {
            throw new IllegalArgumentException("a revision must be at least 0, is " + value);
        }
    }

    public Revision next() {
        return plus(1);
    }

    /** The revision before this one; there must be one. */
    public Revision previous() {
        return plus(-1);
    }

    /** The revision that is {@code changes} further, or back if that is negative; there must be one. */
    public Revision plus(long changes) {
        return new Revision(Math.addExact(value, changes));
    }

    /** How many changes there are after {@code other} and up to this; negative if {@code other} is after this. */
    public long minus(Revision other) {
        return value - other.value;
    }

    public boolean isAfter(Revision other) {
        return value > other.value;
    }

    public boolean isBefore(Revision other) {
        return value < other.value;
    }

    /** The higher one of the two; {@code one} if they are equal. */
    public static Revision max(Revision one, Revision other) {
        return other.value > one.value ? other : one;
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }

    /** The digits, as in JSON and in cursors. */
    @Override
    public String toString() {
        return Long.toString(value);
    }
}
