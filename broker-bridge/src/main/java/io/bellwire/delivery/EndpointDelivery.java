package io.bellwire.delivery;

import io.bellwire.delivery.DeliveryStep.Call;
import io.bellwire.delivery.DeliveryStep.Load;
import io.bellwire.delivery.DeliveryStep.Probe;
import io.bellwire.delivery.DeliveryStep.Wait;
import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which changes one endpoint gets next, and when: the state machine of a delivery, without threads, clocks and
 * input or output. Its owner tells it what happens, then asks {@link #next} until that says to wait. Not thread-safe.
 */
final class EndpointDelivery {
    private static final int GONE = 410;
    private static final int TOO_LARGE = 413;

    private final DeliveryRecord record;
    private final @Nullable ReplayScope replay;
    private final FeedView feed;
    private final DeliveryWindow window;
    private final CallGate gate;
    private final DeliverySteps steps;
    private final EndpointRate rate;
    private final ReceiverWatch receiver;

    private WebhookEndpoint endpoint;
    /** When the first change that was not looked at was committed, milliseconds since 1970; 0 if that is unknown. */
    private long nextAtMillis;
    /** Whether all that is pending is to be looked at anew, as soon as no call is under way. */
    private boolean mustRestart;
    /** Whether the position has moved by more than changes that are not wanted. */
    private boolean isSaveUrgent;
    /** Whether the partner is disconnected: nothing is called. */
    private boolean isSuspended;

    private final Disabling disabling = new Disabling();

    /**
     * @param position how far the endpoint is; null for the head, for an endpoint that is new
     * @param replay what this is a replay of; null for live delivery
     */
    EndpointDelivery(
            WebhookEndpoint endpoint,
            @Nullable EndpointPosition position,
            DeliveryOptions options,
            RandomGenerator random,
            DeliveryRecord record,
            @Nullable ReplayScope replay) {
        this.replay = replay;
        this.feed = new FeedView(Optional.ofNullable(replay).map(ReplayScope::to));
        this.endpoint = endpoint;
        this.record = record;
        this.receiver = new ReceiverWatch(options, random, record);
        this.window = new DeliveryWindow(
                position == null ? Long.MAX_VALUE : position.revision().value());
        this.gate = new CallGate(options, random);
        this.steps = new DeliverySteps(options, feed, window, gate, this::call);
        this.rate = new EndpointRate(
                gate,
                replay == null ? null : replay.live().rate(),
                endpoint.settings().limits().perSecond());
    }

    // ---- what happens

    /** The endpoint was written anew. */
    void changed(WebhookEndpoint now) {
        boolean isOther = !now.settings().equals(endpoint.settings())
                || !now.urls().inUse().equals(endpoint.urls().inUse())
                || !now.disabled().equals(endpoint.disabled());
        endpoint = now;
        receiver.changed(now);
        if (isOther) {
            steps.endTurn();
            disabling.reset();
            rate.set(now.settings().limits().perSecond());
            mustRestart = true;
            gate.reset();
        }
    }

    /**
     * The feed has grown, or its reader has moved.
     *
     * @param atMillis when the newest changes were committed
     */
    void feedMoved(long head, long atMillis, long read, long processed) {
        if (head > feed.head() && window.scanned() >= feed.head()) {
            nextAtMillis = atMillis;
        }
        feed.moved(head, read, processed);
    }

    /** The partner is disconnected, or is not any more: then the endpoint is called as if no call had failed. */
    void suspend(boolean isNow) {
        if (isSuspended && !isNow) {
            gate.reset();
            mustRestart = true; // also what waits for its next try
        }
        isSuspended = isNow;
    }

    /** Whether the partner is disconnected. */
    boolean isSuspended() {
        return isSuspended;
    }

    /** {@link Load} is under way: nothing else is wanted before it ends. */
    void loading(Load load) {
        feed.loading(load);
    }

    /** What {@link Load} has asked for is there, until the end of the turn. */
    void loaded(FeedSlice slice, long nowNanos) {
        boolean isFirst = feed.epoch() == null;
        boolean isUsable = feed.loaded(slice);
        if (isFirst) {
            // a restored log may not have what the endpoint has received: it gets what comes after the head
            isSaveUrgent = window.position() != feed.head();
            window.restartAt(Math.min(window.position(), feed.head()));
        }
        if (isUsable) {
            gate.loaded();
        } else {
            feed.endTurn();
            gate.loadFailed(nowNanos);
        }
        dropUpTo(slice.earliest().value());
        for (Change change : slice.changes()) {
            if (change.revision().value() == window.scanned() + 1) {
                nextAtMillis = change.event().atMillis();
                break;
            }
        }
    }

    /** Retention has removed the changes up to {@code earliest}. */
    private void dropUpTo(long earliest) {
        long position = window.position();
        if (earliest <= position) {
            return;
        }
        long missed = window.dropUpTo(earliest);
        isSaveUrgent = true;
        if (missed > 0 && !isSignal()) {
            record.missed(position + 1, earliest, missed);
        }
    }

    /** What {@link Load} has asked for could not be read. */
    void loadFailed(long nowNanos) {
        feed.loadFailed();
        gate.loadFailed(nowNanos);
    }

    /** What is at hand is kept no longer. */
    void endTurn() {
        steps.endTurn();
    }

    /** The attempt of a {@link Call} has ended. */
    void ended(PendingDelivery delivery, CallResult result, long nowNanos) {
        window.end(delivery);
        if (result instanceof CallResult.Busy busy) {
            record.busy(result);
            gate.busy(busy, nowNanos);
            return;
        }
        int status = result instanceof CallResult.Answered answered ? answered.status() : 0;
        boolean isReceived = result instanceof CallResult.Answered answered && answered.isReceived();
        record.attempt(result, isReceived, nowNanos);
        if (isReceived) {
            received(delivery, nowNanos);
        } else if (status == GONE) {
            disabling.decide(DisabledReason.GONE);
        } else if (status == TOO_LARGE && !delivery.isRefused && payload() == CallPayload.FULL) {
            delivery.isRefused = true;
        } else {
            if (gate.failed(delivery, result, nowNanos)) {
                disabling.decide(DisabledReason.RETRIES_EXHAUSTED);
            }
            record.failed(gate.failures(), result, nowNanos);
        }
    }

    private void received(PendingDelivery delivery, long nowNanos) {
        window.remove(delivery);
        isSaveUrgent = true;
        gate.received();
        record.received(delivery.last - delivery.first + 1);
        if (replay == null) { // what a replay finds says nothing of live delivery
            endpoint.urls().inUse().ifPresent(url -> receiver.received(url, delivery.last, nowNanos));
        }
        if (isSignal()) {
            steps.signalReceived(delivery.last, nowNanos);
        }
    }

    /** Notices what becomes of the endpoint by time alone. Returns when to look again. */
    long watch(long nowNanos) {
        long lookNanos = receiver.look(endpoint, feed.processed(), nowNanos);
        return pending() > 0 ? lookNanos : Math.min(lookNanos, gate.failingUntilNanos(nowNanos));
    }

    // ---- what is to be done

    /** What is to be done now. A call that this returns counts as under way. */
    DeliveryStep next(long nowNanos) {
        if (disabling.isDecided() || !endpoint.isCalled() || feed.isLoading()) {
            return Wait.FOR_EVENTS;
        }
        if (feed.epoch() == null) {
            long position = window.position();
            Load first = new Load(new Revision(position == Long.MAX_VALUE ? 0 : position), 1, 1);
            return gate.loadNanos() > nowNanos ? new Wait(gate.loadNanos()) : first;
        }
        if (mustRestart) {
            if (window.inFlight() > 0) {
                return Wait.FOR_EVENTS; // two calls with the same change at the same time would break the order
            }
            window.restartAt(window.position());
            mustRestart = false;
        }
        if (replay == null) { // what a partner has processed and then lost is what it wants again
            removeFalseFailures();
        }
        if (isSuspended) {
            return Wait.FOR_EVENTS;
        }
        int parallelism = gate.isProbing() || isInOrder()
                ? 1
                : endpoint.settings().limits().parallelism();
        if (window.inFlight() + receiver.inFlight() >= parallelism) {
            return Wait.FOR_EVENTS;
        }
        long atMillis = nextAtMillis == 0 ? record.nowMillis() : nextAtMillis;
        DeliveryStep step = steps.next(endpoint, parallelism, atMillis, nowNanos);
        return step instanceof Wait wait ? nextProbe(wait, nowNanos) : step;
    }

    /** A probe never takes the place of a delivery, and goes to nobody whose calls fail. */
    private DeliveryStep nextProbe(Wait wait, long nowNanos) {
        SignatureProbe probe = receiver.wantedProbe();
        if (probe == null || pending() > 0 || gate.failures() > 0) {
            return wait;
        }
        if (gate.openNanos() > nowNanos) {
            return new Wait(Math.min(wait.untilNanos(), gate.openNanos()));
        }
        rate.called(nowNanos);
        return new Probe(probe.begin(endpoint, record.nowMillis(), nowNanos), probe::ended);
    }

    private Call call(PendingDelivery delivery, CallBody body, long nowNanos) {
        window.begin(delivery);
        delivery.isProbe = gate.isProbing();
        rate.called(nowNanos);
        return new Call(delivery, body.toCall(endpoint, endpoint.urls().inUse().orElseThrow(), replay != null));
    }

    EndpointRate rate() {
        return rate;
    }

    /** A change that the partner has processed was received, whatever its calls were answered. */
    private void removeFalseFailures() {
        long before = window.position();
        record.falseFailures(window.removeFalseFailures(feed.processed()));
        // who reads by itself while its endpoint is paused has nothing pending, though little of it was tried
        if (gate.isProbing() && window.removeProcessed(Math.min(feed.processed(), feed.head()))) {
            nextAtMillis = 0;
        }
        isSaveUrgent |= window.position() != before;
    }

    // ---- how it stands

    private boolean isSignal() {
        return payload() == CallPayload.SIGNAL;
    }

    private boolean isInOrder() {
        return endpoint.settings().ordering() == CallOrdering.FEED;
    }

    private CallPayload payload() {
        return endpoint.settings().payload();
    }

    /** The endpoint as it was written last. */
    WebhookEndpoint endpoint() {
        return endpoint;
    }

    /** Whether what it has answered disables it. */
    Disabling disabling() {
        return disabling;
    }

    /** How far the endpoint is; null before the first load. */
    @Nullable EndpointPosition position() {
        Epoch epoch = feed.epoch();
        return epoch == null ? null : new EndpointPosition(epoch, new Revision(window.position()));
    }

    /** Whether the position should be saved soon; that is asked once for each reason. */
    boolean takeSaveUrgent() {
        boolean was = isSaveUrgent;
        isSaveUrgent = false;
        return was;
    }

    ReceiverWatch receiver() {
        return receiver;
    }

    EndpointState state(long nowNanos) {
        if (disabling.isDecided() || endpoint.disabled().isPresent()) {
            return EndpointState.DISABLED;
        }
        return gate.state(pending() > 0, nowNanos);
    }

    /** How many attempts in a row have failed. */
    int failuresInRow() {
        return gate.failures();
    }

    /** How many changes of the feed come after the position. */
    long pending() {
        return feed.epoch() == null ? 0 : Math.max(0, feed.head() - window.position());
    }

    /** When the oldest change that is not received was committed, milliseconds since 1970; 0 if none, or unknown. */
    long oldestMillis() {
        PendingDelivery oldest = window.oldest();
        return pending() == 0 ? 0 : oldest == null ? nextAtMillis : oldest.atMillis;
    }
}
