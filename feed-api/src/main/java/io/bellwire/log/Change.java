package io.bellwire.log;

/**
 * One event as one feed sees it. Immutable.
 *
 * @param chain the {@link Chain} of this change
 */
public record Change(long revision, Event event, int chain) {
    /** Where a reader stands who has read up to this change. */
    public Position position() {
        return new Position(revision, chain);
    }
}
