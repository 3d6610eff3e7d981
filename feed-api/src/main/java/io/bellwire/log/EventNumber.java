package io.bellwire.log;

/**
 * The number of an event in one log: from 1, ascending, with gaps. Immutable.
 *
 * @param value 0 for {@link #NONE}
 */
public record EventNumber(long value) implements Comparable<EventNumber> {
    /** Before the number of the first event; no event has it. */
    public static final EventNumber NONE = new EventNumber(0);

    public EventNumber {
        if (value < 0) {
            throw new IllegalArgumentException("an event number must be at least 0, is " + value);
        }
    }

    @Override
    public int compareTo(EventNumber other) {
        return Long.compare(value, other.value);
    }

    /** The digits, as in messages. */
    @Override
    public String toString() {
        return Long.toString(value);
    }
}
