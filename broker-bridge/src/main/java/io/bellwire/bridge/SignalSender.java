package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.runtime.Scheduler;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Composes signals, hands them to their channels, and records the outcome of each. Signals are sent in the bridge's
 * turn; outcomes arrive on any thread.
 */
final class SignalSender {
    private final SignalComposer composer;
    private final ChannelRegistry channels;
    private final Scheduler scheduler;
    private final BridgeMeters meters;
    private final BridgeFaults faults;
    private final Consumer<TrackedFeed> onRecorded;

    /** @param onRecorded called with the feed once the outcome of one of its signals is recorded */
    SignalSender(
            SignalComposer composer,
            ChannelRegistry channels,
            Scheduler scheduler,
            BridgeMeters meters,
            BridgeFaults faults,
            Consumer<TrackedFeed> onRecorded) {
        this.composer = composer;
        this.channels = channels;
        this.scheduler = scheduler;
        this.meters = meters;
        this.faults = faults;
        this.onRecorded = onRecorded;
    }

    void send(TrackedFeed feed, ChannelState state, SendAttempt attempt) {
        try {
            SignalMessage message = composer.compose(feed.id, attempt);
            CompletionStage<Handover> handover = state.channel().send(message);
            handover.whenComplete((outcome, thrown) -> {
                if (thrown != null) {
                    faults.report("A channel failed to send", thrown);
                }
                if (outcome == Handover.WRITTEN) {
                    meters.written(state.channel().kind(), message.tier());
                }
                recordOutcome(feed, state, attempt, outcome == null ? Handover.FAILED : outcome);
            });
        } catch (RuntimeException e) {
            faults.report("A channel failed to send", e);
            recordOutcome(feed, state, attempt, Handover.FAILED);
        }
    }

    /** Records the outcome of an attempt. */
    void recordOutcome(TrackedFeed feed, ChannelState state, SendAttempt attempt, Handover outcome) {
        if (!feed.recordOutcome(state, attempt, outcome)) {
            return;
        }
        meters.signal(attempt.kind(), outcome);
        if (outcome == Handover.WRITTEN && attempt.newsSinceNanos() != Scheduler.NEVER_NANOS) {
            meters.delayed(scheduler.nowNanos() - attempt.newsSinceNanos());
        }
        if (outcome == Handover.NOT_SUBSCRIBED) {
            channels.dropClosed(feed);
        }
        onRecorded.accept(feed);
    }
}
