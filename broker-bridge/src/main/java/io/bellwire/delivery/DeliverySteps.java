package io.bellwire.delivery;

import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.WebhookEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint gets next, changes or signals for them. Most endpoints are idle, so that what only a busy one needs is
 * made when it is needed. Not thread-safe.
 */
final class DeliverySteps {
    private final DeliveryOptions options;
    private final FeedView feed;
    private final DeliveryWindow window;
    private final CallGate gate;
    private final ChangeSteps.CallStart start;

    /** Null before the first signal. */
    private @Nullable SignalSteps signals;
    /** Null except in a turn in which changes are looked at. */
    private @Nullable TypeFilter filter;

    DeliverySteps(
            DeliveryOptions options, FeedView feed, DeliveryWindow window, CallGate gate, ChangeSteps.CallStart start) {
        this.options = options;
        this.feed = feed;
        this.window = window;
        this.gate = gate;
        this.start = start;
    }

    /**
     * @param parallelism how many calls may be under way; fewer are
     * @param atMillis when the first change that was not looked at was committed, milliseconds since 1970
     */
    DeliveryStep next(WebhookEndpoint endpoint, int parallelism, long atMillis, long nowNanos) {
        TypeFilter types = filter == null ? TypeFilter.of(endpoint.settings().types()) : filter;
        filter = types;
        return endpoint.settings().payload() == CallPayload.SIGNAL
                ? signals().next(endpoint.id().feed(), types, atMillis, nowNanos)
                : new ChangeSteps(feed, window, gate, start).next(endpoint, types, parallelism, nowNanos);
    }

    private SignalSteps signals() {
        if (signals == null) {
            signals = new SignalSteps(options, feed, window, gate, start);
        }
        return signals;
    }

    /** A signal about changes up to {@code head} was received. */
    void signalReceived(long head, long nowNanos) {
        signals().received(head, nowNanos);
    }

    /** What was looked at is kept no longer: the turn has ended, or the endpoint was written anew. */
    void endTurn() {
        feed.endTurn();
        filter = null;
    }
}
