package io.bellwire.receiver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a receiver has counted since its start. Immutable.
 *
 * @param calls how many calls had each result
 * @param applied changes that calls have brought
 * @param replayed those of them that calls of replays have brought
 * @param read changes that the feed has brought
 * @param repeated changes of calls that had been applied before
 * @param replays replays that were asked for and began
 * @param incompleteReplays those of them that ended without having brought all that they were to bring, though nothing
 *     was missed and the receiver did not lie meanwhile
 * @param acknowledged the cursor that was acknowledged last; empty for none
 */
public record ReceiverTotals(
        Map<CallOutcome, Long> calls,
        long applied,
        long replayed,
        long read,
        long repeated,
        long replays,
        long incompleteReplays,
        String acknowledged) {
    public ReceiverTotals {
        calls = Map.copyOf(calls);
    }

    public long calls(CallOutcome result) {
        return calls.getOrDefault(result, 0L);
    }

    /** One line of JSON. */
    public String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode byResult = root.putObject("calls");
        for (CallOutcome result : CallOutcome.values()) {
            if (calls(result) > 0) {
                byResult.put(result.label(), calls(result));
            }
        }
        root.putObject("changes")
                .put("applied", applied)
                .put("replayed", replayed)
                .put("read", read)
                .put("repeated", repeated);
        root.put("replays", replays).put("incomplete_replays", incompleteReplays);
        root.put("acknowledged", acknowledged);
        return root.toString();
    }
}
