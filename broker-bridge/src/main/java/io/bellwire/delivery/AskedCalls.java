package io.bellwire.delivery;

import io.bellwire.log.Change;
import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Makes the calls that somebody has asked for: tests, and deliveries that are sent again. They go beside the delivery
 * of the endpoint, whatever its state, but within its rate and the limits of all endpoints. Belongs to the loop of
 * {@link Deliveries}.
 */
final class AskedCalls {
    /** Calls of one endpoint that wait. */
    static final int WAITING_MAX = 10;

    private static final String DISCONNECTED = "the partner is disconnected: see its escalation";

    private static final long TEST_SPACING_NANOS = 1_000_000_000;

    private final EndpointCalls calls;
    private final CallCapacity capacity;
    private final RandomGenerator random;

    /** @param random makes the {@code webhook-id}s of tests */
    AskedCalls(EndpointCalls calls, CallCapacity capacity, RandomGenerator random) {
        this.random = random;
        this.calls = calls;
        this.capacity = capacity;
    }

    /** Queues a test; {@code done} is completed with what became of it. */
    void test(TrackedEndpoint endpoint, CompletableFuture<CallAttempt> done, long nowNanos) {
        if (refuse(endpoint, done)) {
            return;
        }
        if (nowNanos < endpoint.testNanos) {
            refuse(done, Reason.TOO_OFTEN, "an endpoint can be tested once a second");
            return;
        }
        endpoint.testNanos = nowNanos + TEST_SPACING_NANOS;
        String webhookId = "test-" + HexFormat.of().toHexDigits(random.nextLong());
        CallBody body = CallBody.test(endpoint.id.feed(), webhookId, endpoint.record.nowMillis());
        add(endpoint, new AskedCall(body, false, 0, 0, done));
    }

    /**
     * Queues what an attempt has carried.
     *
     * @param slice the changes from the attempt's first one on
     * @param queued is completed when it is queued
     */
    void again(TrackedEndpoint endpoint, CallAttempt attempt, FeedSlice slice, CompletableFuture<Boolean> queued) {
        if (refuse(endpoint, queued)) {
            return;
        }
        WebhookEndpoint settings = endpoint.delivery.endpoint();
        if (settings.settings().payload() == CallPayload.SIGNAL) {
            refuse(queued, Reason.CONFLICT, "the endpoint wants signals: read the feed");
            return;
        }
        if (slice.earliest().value() >= attempt.first()) {
            refuse(queued, Reason.EXPIRED, "retention has removed the changes");
            return;
        }
        TypeFilter filter = TypeFilter.of(settings.settings().types());
        List<Change> wanted = slice.changes().stream()
                .filter(change -> change.revision().value() <= attempt.last() && filter.matches(change))
                .toList();
        boolean isWhole = !slice.changes().isEmpty()
                && slice.changes().get(slice.changes().size() - 1).revision().value() >= attempt.last();
        if (!isWhole || wanted.isEmpty()) {
            refuse(
                    queued,
                    Reason.CONFLICT,
                    isWhole ? "the endpoint wants none of the changes any more" : "it is too large: start a replay");
            return;
        }
        CallBody body = CallBody.of(
                        endpoint.id.feed(),
                        wanted,
                        settings.settings().payload(),
                        false,
                        settings.settings().limits().bytesMax(),
                        0,
                        slice.head())
                .withId(attempt.webhookId());
        add(endpoint, new AskedCall(body, true, attempt.first(), attempt.last(), new CompletableFuture<>()));
        queued.complete(true);
    }

    private static boolean refuse(TrackedEndpoint endpoint, CompletableFuture<?> future) {
        if (endpoint.isRemoved) {
            refuse(future, Reason.NOT_FOUND, "the endpoint is deleted");
        } else if (!endpoint.delivery.endpoint().isCalled()) {
            refuse(future, Reason.CONFLICT, "the endpoint is disabled, or has no URL that is confirmed");
        } else if (endpoint.delivery.isSuspended()) {
            refuse(future, Reason.CONFLICT, DISCONNECTED);
        } else if (endpoint.asked.size() >= WAITING_MAX) {
            refuse(future, Reason.TOO_OFTEN, WAITING_MAX + " calls of the endpoint wait already");
        } else {
            return false;
        }
        return true;
    }

    private static void refuse(CompletableFuture<?> future, Reason reason, String why) {
        future.completeExceptionally(new RecoveryRefusedException(reason, why));
    }

    private static void add(TrackedEndpoint endpoint, AskedCall call) {
        if (endpoint.asked.isEmpty()) {
            endpoint.asked = new ArrayList<>(1);
        }
        endpoint.asked.add(call);
    }

    /** Makes what waits. Returns when the endpoint wants its next turn, unless something happens. */
    long run(TrackedEndpoint endpoint, long nowNanos) {
        while (!endpoint.asked.isEmpty()) {
            if (!endpoint.delivery.endpoint().isCalled() || endpoint.delivery.isSuspended()) {
                end(
                        endpoint,
                        Reason.CONFLICT,
                        endpoint.delivery.isSuspended() ? DISCONNECTED : "the endpoint is disabled");
                return Scheduler.NEVER_NANOS;
            }
            if (endpoint.delivery.rate().openNanos() > nowNanos) {
                return endpoint.delivery.rate().openNanos();
            }
            if (!capacity.admitsCall(endpoint)) {
                return Scheduler.NEVER_NANOS;
            }
            begin(endpoint, endpoint.asked.remove(0), nowNanos);
        }
        endpoint.asked = List.of();
        return Scheduler.NEVER_NANOS;
    }

    private void begin(TrackedEndpoint endpoint, AskedCall asked, long nowNanos) {
        WebhookEndpoint settings = endpoint.delivery.endpoint();
        PreparedCall call =
                asked.body().toCall(settings, settings.urls().inUse().orElseThrow(), asked.isReplay());
        CallMade made = CallMade.of(call, asked.first(), asked.last(), endpoint.record.nowMillis());
        endpoint.delivery.rate().called(nowNanos);
        calls.begin(
                endpoint,
                call,
                made,
                (result, endNanos) -> asked.done().complete(made.ended(0, result, true)),
                nowNanos);
    }

    /** Ends what waits; the endpoint is not called any more. */
    void end(TrackedEndpoint endpoint, Reason reason, String why) {
        List<AskedCall> all = endpoint.asked;
        endpoint.asked = List.of();
        all.forEach(one -> refuse(one.done(), reason, why));
    }
}
