package io.bellwire.delivery;

import io.bellwire.delivery.DeliveryStep.Load;
import io.bellwire.delivery.DeliveryStep.Wait;
import io.bellwire.log.Change;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an endpoint that wants changes gets next. Not thread-safe. */
final class ChangeSteps {
    /** Changes looked at in one read if not all are wanted. */
    private static final int SCAN_MAX = 256;

    private static final long LOAD_BYTES_MIN = 256 << 10;

    private final FeedView feed;
    private final DeliveryWindow window;
    private final CallGate gate;
    private final CallStart start;

    /** Begins a call. */
    interface CallStart {
        DeliveryStep.Call call(PendingDelivery delivery, CallBody body, long nowNanos);
    }

    ChangeSteps(FeedView feed, DeliveryWindow window, CallGate gate, CallStart start) {
        this.feed = feed;
        this.window = window;
        this.gate = gate;
        this.start = start;
    }

    /** @param parallelism how many calls may be under way; fewer are */
    DeliveryStep next(WebhookEndpoint endpoint, TypeFilter filter, int parallelism, long nowNanos) {
        EndpointSettings settings = endpoint.settings();
        boolean isInOrder = settings.ordering() == CallOrdering.FEED;
        while (true) {
            PendingDelivery delivery = window.next(settings.ordering(), gate.isProbing(), nowNanos);
            boolean isDue = delivery != null && delivery.dueNanos <= nowNanos;
            boolean mayScan = window.scanned() < feed.head() && window.room() > 0 && (window.isEmpty() || !isInOrder);
            if (delivery == null && !mayScan) {
                return Wait.FOR_EVENTS;
            }
            long dueNanos = isDue || mayScan || delivery == null ? nowNanos : delivery.dueNanos;
            if (Math.max(dueNanos, gate.openNanos()) > nowNanos) {
                return new Wait(Math.max(dueNanos, gate.openNanos()));
            }
            DeliveryStep step;
            if (delivery != null && isDue) {
                step = attempt(delivery, endpoint, filter, nowNanos);
            } else {
                int wanted = isInOrder ? 1 : parallelism - window.inFlight();
                step = scan(endpoint, filter, wanted) ? null : scanLoad(settings, filter, parallelism);
            }
            if (step != null) {
                return step;
            }
        }
    }

    /** The next attempt of the delivery, or what must be loaded for it; null if its changes must be looked at anew. */
    private @Nullable DeliveryStep attempt(
            PendingDelivery delivery, WebhookEndpoint endpoint, TypeFilter filter, long nowNanos) {
        FeedSlice slice = feed.atHand();
        Revision first = new Revision(delivery.first);
        CallLimits limits = endpoint.settings().limits();
        if (slice == null || !slice.hasFrom(first)) {
            int count = (int) (delivery.last - delivery.first + 1);
            return new Load(
                    first.previous(), count, 2 * loadBytes(limits)); // twice, so that the whole batch fits again
        }
        List<Change> changes = slice.between(first, new Revision(delivery.last));
        if (changes == null) {
            window.restartAt(delivery.first - 1); // only a batch has several changes, and it is the only delivery
            return null;
        }
        CallBody body = CallBody.of(
                endpoint.id().feed(),
                changes.stream().filter(filter::matches).toList(),
                endpoint.settings().payload(),
                delivery.isRefused,
                limits.bytesMax(),
                feed.pending(),
                slice.head());
        return start.call(delivery, body, nowNanos);
    }

    /** Makes deliveries of changes at hand that were not looked at; false if there are none. */
    private boolean scan(WebhookEndpoint endpoint, TypeFilter filter, int wanted) {
        FeedSlice slice = feed.atHand();
        Revision next = new Revision(window.scanned() + 1);
        if (slice == null || !slice.hasFrom(next)) {
            return false;
        }
        new ChangeScan(endpoint, filter, window)
                .run(slice.from(next), slice.head().epoch(), wanted);
        return true;
    }

    private Load scanLoad(EndpointSettings settings, TypeFilter filter, int parallelism) {
        CallLimits limits = settings.limits();
        int wanted = settings.ordering() == CallOrdering.FEED ? limits.batchMax() : 2 * parallelism;
        int limit = Math.min(filter.isAll() ? wanted : SCAN_MAX, window.room());
        return new Load(new Revision(window.scanned()), limit, loadBytes(limits));
    }

    private static long loadBytes(CallLimits limits) {
        return Math.max(LOAD_BYTES_MIN, limits.bytesMax());
    }
}
