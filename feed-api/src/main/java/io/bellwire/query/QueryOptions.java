package io.bellwire.query;

/**
 * Whether there is an order search, and how much of a processor it may use. Immutable.
 *
 * @param isOn whether there is an order search
 * @param cpuShare the share of one processor that folding may use in the long run, above 0 and at most 1
 */
public record QueryOptions(boolean isOn, double cpuShare) {
    public static final QueryOptions DEFAULT = new QueryOptions(true, 0.2);

    /** No order search: nothing is folded, and there is no database. */
    public static final QueryOptions OFF = new QueryOptions(false, DEFAULT.cpuShare);

    public QueryOptions {
        if (!(cpuShare > 0 && cpuShare <= 1)) {
            throw new IllegalArgumentException(
                    "the order search's CPU share must be above 0 and at most 1, is " + cpuShare);
        }
    }
}
