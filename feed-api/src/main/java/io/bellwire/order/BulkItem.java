package io.bellwire.order;

import io.bellwire.log.CommandResult;
import io.bellwire.log.WriteBatch;
import java.util.Optional;

/** One item of a {@link BulkStatusChange}, with its result as it reads unless a lock is in the way. Immutable. */
public final class BulkItem {
    private final String start;
    private final Optional<ChangeOrder> change;
    private final String result;

    private BulkItem(String orderId, Optional<ChangeOrder> change, String result) {
        this.start = "{\"order_id\":\"" + orderId + "\",";
        this.change = change;
        this.result = result;
    }

    /**
     * An item that is none.
     *
     * @param orderId as it may stand in JSON
     */
    public static BulkItem refused(String orderId, Refusal why, RefusalTexts refusals) {
        return new BulkItem(orderId, Optional.empty(), refused(refusals.render(why)));
    }

    /** An item that is for the order of {@code change}. */
    public static BulkItem of(ChangeOrder change, RefusalTexts refusals) {
        String result = change.change()
                .refusal()
                .map(why -> refused(refusals.render(why)))
                .orElseGet(() -> done(change.change().after()));
        return new BulkItem(change.target().id().toString(), Optional.of(change), result);
    }

    private static String done(Order after) {
        return "\"result\":\"done\",\"status\":\"" + after.status().text() + "\",\"version\":" + after.version() + "}";
    }

    private static String refused(String problem) {
        return "\"result\":\"refused\",\"problem\":" + problem + "}";
    }

    /** The step; empty if the item is none. */
    public Optional<ChangeOrder> change() {
        return change;
    }

    /** Decides on the item, and gives its result as JSON. */
    String decide(WriteBatch group, RefusalTexts refusals) {
        if (change.isEmpty()) {
            return start + result;
        }
        CommandResult<Refusal> decided = change.get().decidePrepared(group);
        return start
                + (decided instanceof CommandResult.Refused<Refusal> refused
                        ? refused(refused.why(), refusals)
                        : result);
    }

    private String refused(Refusal why, RefusalTexts refusals) {
        return switch (why.kind()) {
            case LOCKED -> refused(refusals.locked(why.retryAfterMillis().orElseThrow()));
            case NOT_FOUND -> refused(refusals.notFound());
            default -> result; // known before
        };
    }
}
