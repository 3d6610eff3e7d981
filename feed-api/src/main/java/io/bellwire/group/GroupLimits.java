package io.bellwire.group;

/**
 * Limits of events for groups. Immutable; the constructor throws {@link IllegalArgumentException} that names the limit.
 *
 * @param inlineMax the largest group whose members all get an event in the event's own transaction, in members
 * @param batchMax members in one batch of the background fan-out; only one such write waits for the log's writer at a
 *     time, so this is the fan-out's share of a batch of writes
 * @param queuedMax events that may be on their way to members; further events for groups are refused until there is
 *     room
 */
public record GroupLimits(int inlineMax, int batchMax, int queuedMax) {
    public static final GroupLimits DEFAULT = new GroupLimits(100, 250, 10_000);

    /** More members would make one transaction too large. */
    private static final int MEMBERS_PER_WRITE_MAX = 10_000;

    public GroupLimits {
        require("members written to at once", inlineMax, 0, MEMBERS_PER_WRITE_MAX);
        require("members in a batch of the fan-out", batchMax, 1, MEMBERS_PER_WRITE_MAX);
        require("events waiting for the fan-out", queuedMax, 1, 1_000_000);
    }

    private static void require(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", is " + value);
        }
    }
}
