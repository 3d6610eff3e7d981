package io.bellwire.escalation;

import java.util.EnumSet;
import java.util.Set;

/**
 * How far the escalation of one feed is, as it is written with each step. Immutable.
 *
 * @param problem what was wrong when it was written; empty if nothing was yet
 * @param lastedMillis for how long the feed had had the problem when this was written
 * @param takenMillis the {@code after} of the last step that was taken; {@link #NO_STEP} if none was
 * @param isInForce whether what the steps withhold is withheld: not after the problem has ended
 * @param told who was told of the problem, the feed of operations excepted
 * @param isTold whether the last that they were told is that there is a problem
 * @param isExpiryTold whether the feed was told that it is about to lose changes
 */
record EscalationState(
        String problem,
        long lastedMillis,
        long takenMillis,
        boolean isInForce,
        Set<Audience> told,
        boolean isTold,
        boolean isExpiryTold) {
    static final long NO_STEP = -1;

    static final EscalationState NEW = new EscalationState("", 0, NO_STEP, false, Set.of(), false, false);

    EscalationState {
        told = Set.copyOf(told);
    }

    EscalationState step(String nowProblem, long nowLastedMillis, EscalationStep step) {
        Set<Audience> all = EnumSet.noneOf(Audience.class);
        all.addAll(told);
        all.addAll(step.tells());
        return new EscalationState(nowProblem, nowLastedMillis, step.afterMillis(), true, all, true, isExpiryTold);
    }

    EscalationState inForce(String nowProblem, long nowLastedMillis) {
        return new EscalationState(nowProblem, nowLastedMillis, takenMillis, true, told, isTold, isExpiryTold);
    }

    EscalationState toldAgain(String nowProblem, long nowLastedMillis) {
        return new EscalationState(nowProblem, nowLastedMillis, takenMillis, isInForce, told, true, isExpiryTold);
    }

    EscalationState expiryTold(String nowProblem, long nowLastedMillis) {
        return new EscalationState(nowProblem, nowLastedMillis, takenMillis, isInForce, told, isTold, true);
    }

    EscalationState undone(long nowLastedMillis) {
        return new EscalationState(problem, nowLastedMillis, takenMillis, false, told, false, isExpiryTold);
    }
}
