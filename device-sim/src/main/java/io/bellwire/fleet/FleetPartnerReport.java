package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.ReceiverReport;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the partners of a run have fared. Immutable.
 *
 * @param calls how many calls had each result, at all receivers
 * @param result what the receivers have applied, compared with what the server has acknowledged
 * @param kills how often a receiver was killed
 * @param enabled how often an endpoint that the server had disabled was enabled again
 * @param replays how many replays were run
 * @param replayed how many of the applied changes they have brought; those that a partner lost again are counted each
 *     time
 * @param incompleteReplays replays that have ended without having brought all that they were to bring; what they left out
 *     may have been brought by the next
 */
public record FleetPartnerReport(
        int partners,
        Map<CallOutcome, Long> calls,
        ReceiverReport result,
        long kills,
        long enabled,
        long replays,
        long replayed,
        long incompleteReplays) {
    private static final Set<CallOutcome> FAULTS = Set.of(
            CallOutcome.FAILED,
            CallOutcome.LIED,
            CallOutcome.FALSELY_FAILED,
            CallOutcome.DROPPED,
            CallOutcome.BUSY,
            CallOutcome.EARLY);

    public FleetPartnerReport {
        calls = Map.copyOf(calls);
    }

    /** Whether each change was applied once, and each replay has brought what it was to bring. */
    public boolean isClean() {
        return result.isClean() && incompleteReplays == 0;
    }

    /** Why it is not clean, as text for people; null if it is. */
    public @Nullable String firstViolation() {
        return result.firstViolation() == null && incompleteReplays > 0
                ? incompleteReplays + " replays have ended without having brought all that they were to bring"
                : result.firstViolation();
    }

    /** How many calls reached a receiver. */
    public long callCount() {
        return calls.values().stream().mapToLong(count -> count).sum();
    }

    /** How many of these had an answer that was wrong on purpose, or none. */
    public long faultCount() {
        return FAULTS.stream().mapToLong(fault -> calls.getOrDefault(fault, 0L)).sum();
    }

    Members members() {
        return new Members(
                partners,
                callCount(),
                faultCount(),
                result.applied(),
                result.lost(),
                result.twice(),
                result.foreign(),
                kills,
                enabled,
                replays,
                replayed,
                incompleteReplays);
    }

    /** Its JSON. */
    @JsonPropertyOrder({
        "partners",
        "calls",
        "faults",
        "applied",
        "lost",
        "twice",
        "foreign",
        "receiver_kills",
        "enabled_again",
        "replays",
        "replayed",
        "incomplete_replays"
    })
    @SuppressWarnings("unused") // read by the JSON writer
    record Members(
            @JsonProperty("partners") int partners,
            @JsonProperty("calls") long calls,
            @JsonProperty("faults") long faults,
            @JsonProperty("applied") long applied,
            @JsonProperty("lost") long lost,
            @JsonProperty("twice") long twice,
            @JsonProperty("foreign") long foreign,
            @JsonProperty("receiver_kills") long kills,
            @JsonProperty("enabled_again") long enabled,
            @JsonProperty("replays") long replays,
            @JsonProperty("replayed") long replayed,
            @JsonProperty("incomplete_replays") long incompleteReplays) {}
}
