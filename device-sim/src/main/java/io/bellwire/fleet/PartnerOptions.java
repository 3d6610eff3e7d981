package io.bellwire.fleet;

/**
 * The partners of a run. Immutable.
 *
 * @param count how many partners with an endpoint each; part of the orders are theirs
 * @param faults whether their receivers misbehave, are killed, and lose what they applied last
 */
public record PartnerOptions(int count, boolean faults) {
    public static final PartnerOptions NONE = new PartnerOptions(0, false);

    private static final int COUNT_MAX = 100;

    public PartnerOptions {
        if (count < 0 || count > COUNT_MAX) {
            throw new IllegalArgumentException("partners must be 0 to " + COUNT_MAX + ", is " + count);
        }
        if (faults && count == 0) {
            throw new IllegalArgumentException("partner-faults needs partners");
        }
    }
}
