package io.bellwire.http;

import io.bellwire.order.Refusal;
import java.util.Map;

/** Makes the problem for each refusal of an order. */
final class OrderProblems {
    private OrderProblems() {}

    static Problem of(Refusal refusal) {
        return switch (refusal.kind()) {
            case INVALID -> Problem.invalidRequest(refusal.detail());
            case NOT_FOUND -> Problem.notFound(refusal.detail());
            case FORBIDDEN -> Problem.forbidden(refusal.detail());
            case TOO_LARGE -> Problem.tooLarge(refusal.detail());
            case FORBIDDEN_STEP -> Problem.conflict("forbidden-step", "The status may not change so", refusal.detail());
            case STALE -> Problem.preconditionFailed(refusal.detail());
            case LOCK_LOST -> Problem.conflict("lock-lost", "The lock is over", refusal.detail());
            case LOCKED -> {
                long millis = refusal.retryAfterMillis().orElse(1_000L);
                yield Problem.conflict("locked", "The order is locked", refusal.detail())
                        .with("remaining_ms", millis)
                        .withHeaders(Map.of("Retry-After", Long.toString((millis + 999) / 1_000)));
            }
        };
    }
}
