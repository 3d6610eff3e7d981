package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.log.WriteBatch;
import java.util.Optional;

/**
 * One item of a {@link BulkStatusChange}, with its result as JSON, which is rendered unless a lock changes it.
 * Immutable.
 */
public final class BulkItem {
    private final String orderIdJson;
    private final Optional<ChangeOrder> change;
    private final String resultJson;

    private BulkItem(String orderId, Optional<ChangeOrder> change, String resultJson) {
        this.orderIdJson = "{\"order_id\":\"" + orderId + "\",";
        this.change = change;
        this.resultJson = resultJson;
    }

    /**
     * An item that is refused before the writer decides.
     *
     * @param orderId the id as the caller gave it, without characters that JSON escapes
     */
    public static BulkItem refused(String orderId, Refusal refusal, RefusalTexts refusals) {
        return new BulkItem(orderId, Optional.empty(), refusedJson(refusals.render(refusal)));
    }

    /** An item that makes {@code change}. */
    public static BulkItem of(ChangeOrder change, RefusalTexts refusals) {
        String resultJson = change.change()
                .refusal()
                .map(refusal -> refusedJson(refusals.render(refusal)))
                .orElseGet(() -> doneJson(change.change().after()));
        return new BulkItem(change.target().id().toString(), Optional.of(change), resultJson);
    }

    private static String doneJson(Order after) {
        return "\"result\":\"done\",\"status\":\"" + after.status().text() + "\",\"version\":" + after.version() + "}";
    }

    private static String refusedJson(String problem) {
        return "\"result\":\"refused\",\"problem\":" + problem + "}";
    }

    /** The change of an order; empty if the item is refused. */
    public Optional<ChangeOrder> change() {
        return change;
    }

    /** Makes the change in {@code batch}, and returns the item's result as JSON. */
    String decide(WriteBatch batch, RefusalTexts refusals) {
        if (change.isEmpty()) {
            return orderIdJson + resultJson;
        }
        CommandResult<Refusal> decided = change.get().decidePrepared(batch);
        return orderIdJson
                + (decided instanceof CommandResult.Refused<Refusal> refused
                        ? refusedJson(refused.why(), refusals)
                        : resultJson);
    }

    private String refusedJson(Refusal refusal, RefusalTexts refusals) {
        return switch (refusal.kind()) {
            case LOCKED ->
                refusedJson(refusals.locked(refusal.retryAfterMillis().orElseThrow()));
            case NOT_FOUND -> refusedJson(refusals.notFound());
            default -> resultJson; // rendered before
        };
    }
}
