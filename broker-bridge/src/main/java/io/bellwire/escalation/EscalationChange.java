package io.bellwire.escalation;

import java.util.Set;

/**
 * What is to become of the escalation of a feed, decided but not yet written. Immutable.
 *
 * @param after how far it will be
 * @param audience who is told of it, the feed of operations excepted
 */
record EscalationChange(Kind kind, EscalationState after, Set<Audience> audience) {
    enum Kind {
        /** The next step is taken. */
        STEP,
        /** The feed is about to lose changes. */
        EXPIRING,
        /** The problem is back soon: what was withheld is withheld again. Nobody is told. */
        RESUMED,
        /** The problem was back soon, and those who were told that it had ended are told so. */
        TOLD_AGAIN,
        /** The problem has ended: nothing is withheld, and those who were told of it are told so. */
        UNDONE,
        /** The problem ended long ago. */
        FORGOTTEN
    }

    EscalationChange {
        audience = Set.copyOf(audience);
    }
}
