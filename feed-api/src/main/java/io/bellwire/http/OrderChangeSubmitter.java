package io.bellwire.http;

import io.bellwire.command.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Write;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.PreparedWrite;
import io.bellwire.order.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Submits changes of orders to the log. The caller prepares a change against the newest events of its orders. If one of
 * these orders has changed when the writer decides, the change is prepared again, against the event that the writer
 * found, up to {@link #TRIES_MAX} times. Thread-safe.
 */
final class OrderChangeSubmitter {
    /** A try fails only if another caller's change took effect meanwhile, so this many callers at once all succeed. */
    static final int TRIES_MAX = 16;

    private final EventLog log;
    private final OrderDecisionTimes decisionTimes;

    OrderChangeSubmitter(EventLog log, OrderDecisionTimes decisionTimes) {
        this.log = log;
        this.decisionTimes = decisionTimes;
    }

    /** Prepares the write of a change. */
    interface Preparation {
        /** The write for the current state of the orders. Called for each try, on a thread that may block. */
        CompletionStage<? extends PreparedWrite> prepare(Map<OrderId, OrderTarget> targets);
    }

    private record Attempt(Map<OrderId, OrderTarget> targets, PreparedWrite write) {}

    /**
     * Makes the change, and answers its result.
     *
     * @param findTargets finds the orders that the caller may change; may block
     */
    CompletionStage<ApiResponse> submit(
            ApiCall call, Callable<Map<OrderId, OrderTarget>> findTargets, Preparation preparation) {
        return submit(call, findTargets, preparation, TRIES_MAX - 1);
    }

    private CompletionStage<ApiResponse> submit(
            ApiCall call, Callable<Map<OrderId, OrderTarget>> findTargets, Preparation preparation, int triesLeft) {
        return WriteEndpoint.submitPrepared(
                log, call, List.of(), prepare(findTargets, preparation), attempt -> WriteEndpoint.write(
                                log, call, List.of(), recorded(call, attempt.write()))
                        .thenCompose(
                                result -> triesLeft > 0 && result instanceof CommandResult.Outdated<Refusal> outdated
                                        ? submit(
                                                call,
                                                () -> withNewest(attempt.targets(), outdated.newest()),
                                                preparation,
                                                triesLeft - 1)
                                        : respond(attempt.write(), result)));
    }

    /** A bulk change is recorded as one; a change of a single order is in the order's own feed, and not recorded. */
    private static Write<CommandResult<Refusal>> recorded(ApiCall call, PreparedWrite write) {
        return call.route().template().equals(BulkEndpoint.PATH) ? AuditedCalls.recorded(call, write) : write;
    }

    /** Prepares on a reader's thread, since a large order takes too long for the threads that serve connections. */
    private CompletionStage<Attempt> prepare(Callable<Map<OrderId, OrderTarget>> findTargets, Preparation preparation) {
        return log.onReader(() -> {
                    Map<OrderId, OrderTarget> targets = findTargets.call();
                    return preparation.prepare(targets).thenApply(write -> new Attempt(targets, write));
                })
                .thenCompose(Function.identity());
    }

    private static Map<OrderId, OrderTarget> withNewest(Map<OrderId, OrderTarget> targets, List<Event> newest) {
        Map<OrderId, OrderTarget> withNewest = new HashMap<>(targets);
        for (Event event : newest) {
            withNewest.computeIfPresent(
                    OrderId.subjectOf(event).orElseThrow(), (id, target) -> target.withLatest(event));
        }
        return withNewest;
    }

    private CompletionStage<ApiResponse> respond(PreparedWrite write, CommandResult<Refusal> result) {
        return WriteEndpoint.respond(log, result, OrderProblems::of).thenApply(response -> {
            write.decisionTimes().forEach(decisionTimes::add);
            return response;
        });
    }
}
