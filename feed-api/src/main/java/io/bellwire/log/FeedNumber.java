package io.bellwire.log;

/**
 * The number of a feed in one log: the first feed has 1. The storage knows a feed by its number. Immutable.
 *
 * @param value 0 for {@link #NONE}
 */
public record FeedNumber(int value) implements Comparable<FeedNumber> {
    /** Before the number of the first feed; no feed has it. */
    public static final FeedNumber NONE = new FeedNumber(0);

    public FeedNumber {
        if (value < 0) {
            throw new IllegalArgumentException("a feed number must be at least 0, is " + value);
        }
    }

    @Override
    public int compareTo(FeedNumber other) {
        return Integer.compare(value, other.value);
    }

    /** The digits, as in messages and in columns of text. */
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
