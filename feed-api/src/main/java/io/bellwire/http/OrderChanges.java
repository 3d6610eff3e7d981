package io.bellwire.http;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.PreparedWrite;
import io.bellwire.order.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Takes changes of orders to the log. A change is prepared by its caller, against the newest events of its orders; if one of
 * these has changed when the writer decides, it is prepared again, against the event that the writer found. Thread-safe.
 */
final class OrderChanges {
    /** A try is in vain only if somebody else's change took effect meanwhile: as many callers at once all get through. */
    static final int TRIES_MAX = 16;

    private final EventLog log;
    private final OrderDecisionTimes decisionTimes;

    OrderChanges(EventLog log, OrderDecisionTimes decisionTimes) {
        this.log = log;
        this.decisionTimes = decisionTimes;
    }

    /** Makes the write of a change. */
    interface Preparation {
        /** The write for the orders as they are now; called for each try, on a thread that may block. */
        CompletionStage<? extends PreparedWrite> prepare(Map<OrderId, OrderTarget> targets);
    }

    private record Attempt(Map<OrderId, OrderTarget> targets, PreparedWrite write) {}

    /**
     * Makes the change, and answers what came of it.
     *
     * @param lookUp finds the orders that may be changed; runs where it may block
     */
    CompletionStage<ApiResponse> submit(
            ApiCall call, Callable<Map<OrderId, OrderTarget>> lookUp, Preparation preparation) {
        return submit(call, lookUp, preparation, TRIES_MAX - 1);
    }

    private CompletionStage<ApiResponse> submit(
            ApiCall call, Callable<Map<OrderId, OrderTarget>> lookUp, Preparation preparation, int furtherTries) {
        return WriteEndpoint.prepared(
                log, call, List.of(), prepare(lookUp, preparation), attempt -> WriteEndpoint.write(
                                log, call, List.of(), attempt.write())
                        .thenCompose(
                                result -> furtherTries > 0 && result instanceof CommandResult.Outdated<Refusal> outdated
                                        ? submit(
                                                call,
                                                () -> newer(attempt.targets(), outdated.newest()),
                                                preparation,
                                                furtherTries - 1)
                                        : answer(attempt.write(), result)));
    }

    /** On a reader's thread, since a large order takes its time, which those that serve connections do not have. */
    private CompletionStage<Attempt> prepare(Callable<Map<OrderId, OrderTarget>> lookUp, Preparation preparation) {
        return log.onReader(() -> {
                    Map<OrderId, OrderTarget> targets = lookUp.call();
                    return preparation.prepare(targets).thenApply(write -> new Attempt(targets, write));
                })
                .thenCompose(Function.identity());
    }

    private static Map<OrderId, OrderTarget> newer(Map<OrderId, OrderTarget> targets, List<Event> newest) {
        Map<OrderId, OrderTarget> newer = new HashMap<>(targets);
        for (Event event : newest) {
            newer.computeIfPresent(
                    new OrderId(Objects.requireNonNull(event.order())), (id, target) -> target.withLatest(event));
        }
        return newer;
    }

    private CompletionStage<ApiResponse> answer(PreparedWrite write, CommandResult<Refusal> result) {
        return WriteEndpoint.reply(log, result, OrderProblems::of).thenApply(reply -> {
            write.decisionTimes().forEach(decisionTimes::took);
            return reply;
        });
    }
}
