package io.bellwire.query;

/**
 * How much of one processor a loop may use: after work that took t it rests t * (1 / share - 1). Immutable.
 *
 * @param share above 0 and at most 1
 */
record CpuBudget(double share) {
    CpuBudget {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share must be above 0 and at most 1, is " + share);
        }
    }

    /** How long to rest after work of this length. */
    long restNanos(long workNanos) {
        return Math.round(Math.max(0, workNanos) * (1 / share - 1));
    }
}
