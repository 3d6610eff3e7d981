package io.bellwire.delivery;

import io.bellwire.delivery.ChangeSteps.CallStart;
import io.bellwire.delivery.DeliveryStep.Load;
import io.bellwire.delivery.DeliveryStep.Wait;
import io.bellwire.log.Change;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint that wants signals gets next: one signal for the head of the feed, whatever was committed meanwhile,
 * and reminders as long as the partner has not read its feed. Not thread-safe.
 */
final class SignalSteps {
    private static final int SCAN_MAX = 256;
    private static final long SCAN_BYTES_MAX = 256 << 10;

    private final DeliveryOptions options;
    private final FeedView feed;
    private final DeliveryWindow window;
    private final CallGate gate;
    private final CallStart start;

    private long signalled = -1;
    private int repeated;
    private long remindNanos;

    SignalSteps(DeliveryOptions options, FeedView feed, DeliveryWindow window, CallGate gate, CallStart start) {
        this.options = options;
        this.feed = feed;
        this.window = window;
        this.gate = gate;
        this.start = start;
    }

    /** @param atMillis when the first change that is to be signalled was committed, milliseconds since 1970 */
    DeliveryStep next(FeedId id, TypeFilter filter, long atMillis, long nowNanos) {
        long dueNanos = dueNanos(nowNanos);
        if (dueNanos == Scheduler.NEVER_NANOS) {
            return Wait.FOR_EVENTS;
        }
        if (Math.max(dueNanos, gate.openNanos()) > nowNanos) {
            return new Wait(Math.max(dueNanos, gate.openNanos()));
        }
        Load load = toLoad(filter);
        if (load != null) {
            // all changes that were looked at may be unwanted
            return dueNanos(nowNanos) > nowNanos ? next(id, filter, atMillis, nowNanos) : load;
        }
        FeedSlice slice = Objects.requireNonNull(feed.atHand());
        PendingDelivery delivery = delivery(slice, atMillis);
        long pending = Math.max(0, delivery.last - feed.processed());
        return start.call(
                delivery,
                CallBody.signal(id, pending, slice.head(), reminders(delivery.last), delivery.atMillis),
                nowNanos);
    }

    /** A signal about changes up to {@code head} was received. */
    void received(long head, long nowNanos) {
        repeated = head > signalled ? 0 : repeated + 1;
        signalled = head;
        long max = options.remindersMax().toNanos();
        long first = options.reminders().toNanos();
        int doublings = Math.min(repeated, 30);
        remindNanos = nowNanos + (first > max >> doublings ? max : first << doublings);
    }

    /** How often a signal about changes up to {@code head} was received already. */
    private int reminders(long head) {
        return head > signalled ? 0 : repeated + 1;
    }

    /**
     * When a signal is to be sent, unless something happens.
     *
     * @return {@link Scheduler#NEVER_NANOS} if there is nothing to signal
     */
    private long dueNanos(long nowNanos) {
        PendingDelivery failed = window.oldest();
        if (failed != null) {
            return failed.dueNanos;
        }
        if (window.scanned() < feed.head()) {
            if (feed.processed() < feed.head()) {
                return 0;
            }
            window.skipTo(feed.head()); // the partner has it all
        }
        if (feed.read() >= window.scanned()) {
            return Scheduler.NEVER_NANOS;
        }
        if (signalled < 0) {
            received(window.scanned(), nowNanos); // by this server before its restart
        }
        return remindNanos;
    }

    /** What to load before the signal can be made; null if nothing. Looks at the changes at hand. */
    private @Nullable Load toLoad(TypeFilter filter) {
        FeedSlice slice = feed.atHand();
        boolean mustFind = window.isEmpty() && window.scanned() < feed.head() && !filter.isAll();
        if (!mustFind) {
            return slice == null ? new Load(new Revision(feed.head()), 1, 1) : null;
        }
        for (Change change : slice == null ? List.<Change>of() : slice.changes()) {
            if (change.revision().value() == window.scanned() + 1) {
                if (filter.matches(change)) {
                    return null;
                }
                window.skipTo(change.revision().value());
            }
        }
        return new Load(new Revision(window.scanned()), SCAN_MAX, SCAN_BYTES_MAX);
    }

    /** The delivery of a signal for the head of {@code slice}. */
    private PendingDelivery delivery(FeedSlice slice, long atMillis) {
        long head = slice.head().revision().value();
        PendingDelivery delivery = window.oldest();
        if (delivery == null) {
            delivery = new PendingDelivery(window.scanned() + 1, head, "", atMillis);
            window.add(delivery);
        }
        delivery.last = head;
        return delivery;
    }
}
