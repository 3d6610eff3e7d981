package io.bellwire.log;

/**
 * One event as one feed has it. Immutable.
 *
 * @param chain the {@link Chain} of this change
 */
public record Change(Revision revision, Event event, int chain) {
    /** The position of a reader that has read up to this change. */
    public Position position() {
        return new Position(revision, chain);
    }
}
