package io.bellwire.query;

/**
 * The share of one processor that a loop may use: after work that took t it rests t * (1 / share - 1). Immutable.
 *
 * @param share above 0 and at most 1
 */
record CpuBudget(double share) {
    CpuBudget {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of a processor must be above 0 and at most 1, is " + share);
        }
    }

    /** The rest after work that took this long. */
    long restNanos(long workNanos) {
        return Math.round(Math.max(0, workNanos) * (1 / share - 1));
    }
}
