package io.bellwire.escalation;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is done when a feed has had a problem for a time. Immutable.
 *
 * @param after since the problem began
 * @param tells who is told
 * @param ordersPercent how many of 100 new orders are let in from then on; empty if that does not change
 * @param disconnects whether the partner is disconnected
 */
public record EscalationStep(Duration after, Set<Audience> tells, OptionalInt ordersPercent, boolean disconnects) {
    public EscalationStep {
        tells = Set.copyOf(tells);
    }

    long afterMillis() {
        return after.toMillis();
    }
}
