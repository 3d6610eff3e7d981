package io.bellwire.escalation;

import io.bellwire.escalation.EscalationChange.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done about one feed: a state machine without threads, clocks and input or output. Its owner shows it
 * how the feed is, writes the {@link EscalationChange} that it asks for, and says so; until then it asks for no other.
 *
 * <p>A problem that has ended is remembered for an hour. If it is back by then it goes on where it was: what was
 * withheld is withheld again at once, and nobody gets the same message within an hour. Not thread-safe.
 */
final class FeedEscalation {
    /** For how long a problem that has ended is remembered; also the shortest time between two messages of a kind. */
    static final Duration REMEMBERED = Duration.ofHours(1);

    private static final long REMEMBERED_NANOS = REMEMBERED.toNanos();

    private EscalationState state;
    private String problem;
    private boolean isSeen;
    private boolean isLooked;
    private long lastedNanos;
    private long lookedNanos;
    /** When the problem was seen last. */
    private long seenNanos;
    /** When those who are told were told last. */
    private long toldNanos;
    /** Whether the problem has ended, and when. */
    private boolean isOver;

    private long overNanos;
    /** The head of the feed at {@link #waitingNanos}: once it is processed, the reader is not behind. */
    private long waitingFor;

    private long waitingNanos;
    private boolean isOwed;
    private OptionalLong lossMillis = OptionalLong.empty();

    /** @param restored how far it was when the server ended; null for a feed whose problem is new */
    FeedEscalation(@Nullable EscalationState restored, long nowNanos) {
        state = restored == null ? EscalationState.NEW : restored;
        problem = state.problem();
        lastedNanos = TimeUnit.MILLISECONDS.toNanos(state.lastedMillis());
        lookedNanos = nowNanos;
        seenNanos = nowNanos;
        toldNanos = nowNanos;
        overNanos = nowNanos;
        // what was withheld is not given back only because nobody has looked yet
        isOver = !state.isInForce();
        isSeen = state.isInForce();
        isOwed = state.isInForce();
    }

    /**
     * This is how the feed is now. Returns what is to become of it, empty if nothing changes.
     *
     * @param rule by which it is treated; null if the routes file has none any more
     */
    Optional<EscalationChange> look(FeedCondition condition, @Nullable EscalationRule rule, long nowNanos) {
        Optional<String> found = rule == null ? Optional.empty() : problemOf(condition, rule, nowNanos);
        lossMillis = condition.lossMillis();
        if (found.isPresent() && isSeen && isLooked) {
            lastedNanos += nowNanos - lookedNanos;
        }
        isLooked = true;
        lookedNanos = nowNanos;
        isSeen = found.isPresent();
        if (isSeen && rule != null) {
            problem = found.get();
            seenNanos = nowNanos;
            isOver = false;
            return ofProblem(condition, rule, nowNanos);
        }
        if (rule != null && !isOver && nowNanos - seenNanos < rule.undoAfter().toNanos()) {
            return Optional.empty();
        }
        return ofNone(nowNanos);
    }

    private Optional<String> problemOf(FeedCondition condition, EscalationRule rule, long nowNanos) {
        long undoAfterNanos = rule.undoAfter().toNanos();
        if (condition.processed() >= waitingFor) {
            waitingFor = condition.head();
            // the reader of a feed that had a problem when the server ended is behind until it has read
            waitingNanos = isOwed ? nowNanos - undoAfterNanos : nowNanos;
            isOwed = false;
        }
        boolean isBehind = condition.processed() < waitingFor && nowNanos - waitingNanos >= undoAfterNanos;
        if (isBehind && condition.endpointProblem().isPresent()) {
            return condition.endpointProblem();
        }
        if (isBehind && state.isInForce() && condition.silentEndpoint().isPresent()) {
            return condition.silentEndpoint();
        }
        return rule.isSoon(condition.lossMillis())
                ? Optional.of("retention takes changes that are not processed within "
                        + rule.lossWithin().map(EscalationNews::text).orElse(""))
                : Optional.empty();
    }

    private Optional<EscalationChange> ofProblem(FeedCondition condition, EscalationRule rule, long nowNanos) {
        long lastedMillis = lastedMillis();
        if (rule.isSoon(condition.lossMillis()) && !state.isExpiryTold()) {
            return change(Kind.EXPIRING, state.expiryTold(problem, lastedMillis), Set.of(Audience.FEED));
        }
        if (state.takenMillis() >= 0 && !state.isInForce()) {
            return change(Kind.RESUMED, state.inForce(problem, lastedMillis), Set.of());
        }
        Optional<EscalationStep> next = rule.stepAfter(state.takenMillis());
        if (next.isPresent() && lastedMillis >= next.get().afterMillis()) {
            return change(
                    Kind.STEP,
                    state.step(problem, lastedMillis, next.get()),
                    next.get().tells());
        }
        if (state.isInForce() && !state.isTold() && nowNanos - toldNanos >= REMEMBERED_NANOS) {
            return change(Kind.TOLD_AGAIN, state.toldAgain(problem, lastedMillis), state.told());
        }
        return Optional.empty();
    }

    private Optional<EscalationChange> ofNone(long nowNanos) {
        if (!isOver) {
            isOver = true;
            overNanos = nowNanos;
        }
        if (state.isInForce()) {
            return change(Kind.UNDONE, state.undone(lastedMillis()), state.isTold() ? state.told() : Set.of());
        }
        return isWritten() && isForgettable(nowNanos)
                ? change(Kind.FORGOTTEN, EscalationState.NEW, Set.of())
                : Optional.empty();
    }

    private static Optional<EscalationChange> change(Kind kind, EscalationState after, Set<Audience> audience) {
        return Optional.of(new EscalationChange(kind, after, audience));
    }

    /** The change is durable. */
    void written(EscalationChange change, long nowNanos) {
        if (change.after().isTold() != state.isTold() || change.kind() == Kind.STEP) {
            toldNanos = nowNanos;
        }
        state = change.after();
    }

    /** How far it is, as it was written last. */
    EscalationState state() {
        return state;
    }

    /** Whether a step, or that changes are about to be lost, is written of it. */
    boolean isWritten() {
        return state.takenMillis() >= 0 || state.isExpiryTold();
    }

    /** Whether the feed has had no problem for so long that nothing of it need be known. */
    boolean isForgettable(long nowNanos) {
        return isOver && nowNanos - overNanos >= REMEMBERED_NANOS;
    }

    /** Whether the feed had a problem when it was looked at last, or what is withheld is not undone yet. */
    boolean isProblem() {
        return isSeen || state.isInForce();
    }

    /** What is wrong, or was. */
    String problem() {
        return problem;
    }

    /** For how long the feed has had the problem. */
    long lastedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(lastedNanos);
    }

    /** As of the last look. */
    OptionalLong lossMillis() {
        return lossMillis;
    }
}
