package io.bellwire.group;

/**
 * The bounds of what goes to groups. Immutable.
 *
 * @param inlineMax members up to which a group's event is written to all of them in its own transaction
 * @param batchMax members that the background writes to in one go; one go at a time waits for the log's writer, so this is
 *     its share of a group of writes
 * @param queuedMax events that may be on their way to members; further ones for groups are refused until there is room
 */
public record GroupLimits(int inlineMax, int batchMax, int queuedMax) {
    public static final GroupLimits DEFAULT = new GroupLimits(100, 250, 10_000);

    /** As many as one transaction should hold. */
    private static final int AT_ONCE_MAX = 10_000;

    public GroupLimits {
        require("members written to at once", inlineMax, 0, AT_ONCE_MAX);
        require("members in a batch of the fan-out", batchMax, 1, AT_ONCE_MAX);
        require("events waiting for the fan-out", queuedMax, 1, 1_000_000);
    }

    private static void require(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", is " + value);
        }
    }
}
