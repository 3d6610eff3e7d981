package io.bellwire.delivery;

import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.ReplayState;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A replay as {@link Replays} keeps it. The loop changes its fields; {@code shown} is for all to read. */
final class ReplayRun {
    final TrackedEndpoint live;
    /** What is called: the same endpoint, with a delivery of its own. */
    final TrackedEndpoint own;

    final ReplayRecord record;
    final Epoch epoch;
    final Revision from;
    final Revision to;
    final int perSecond;
    final long startedMillis;

    /** Whether that it was started is durable. */
    boolean isStarted;

    boolean isWriting;
    /** Whether that it is over is durable. */
    boolean isEndWritten;
    /** The position that is saved. */
    long savedRevision;
    /** No write before this time. */
    long writeNanos;
    /** Who waits for its end. */
    final List<CompletableFuture<EndpointReplay>> stoppers = new ArrayList<>();

    volatile EndpointReplay shown;

    ReplayRun(TrackedEndpoint live, TrackedEndpoint own, ReplayRecord record, EndpointReplay begun) {
        this.live = live;
        this.own = own;
        this.record = record;
        this.epoch = begun.epoch();
        this.from = begun.from();
        this.to = begun.to();
        this.perSecond = begun.perSecond();
        this.startedMillis = begun.startedMillis();
        this.savedRevision = begun.at().value();
        this.shown = begun;
        record.calls = begun.calls();
        record.failures = begun.failures();
        record.missed = begun.missed();
    }

    /** The endpoint as a replay calls it: one call at a time, in the order of the feed, at the replay's rate. */
    static WebhookEndpoint called(WebhookEndpoint endpoint, int perSecond) {
        EndpointSettings settings = endpoint.settings();
        CallLimits limits = settings.limits();
        return new WebhookEndpoint(
                endpoint.id(),
                new EndpointSettings(
                        settings.types(),
                        settings.payload(),
                        CallOrdering.FEED,
                        new CallLimits(
                                limits.batchMax(),
                                limits.bytesMax(),
                                1,
                                Math.min(perSecond, limits.perSecond()),
                                limits.deadline()),
                        settings.signatures(),
                        settings.headers(),
                        settings.contacts(),
                        settings.isAcknowledging()),
                endpoint.urls(),
                endpoint.keys(),
                endpoint.disabled(),
                endpoint.createdMillis(),
                endpoint.updatedMillis());
    }

    boolean isOver() {
        return shown.state().isEnd();
    }

    /** Up to here everything was received. */
    Revision at() {
        EndpointPosition position = own.delivery.position();
        return position == null ? shown.at() : position.revision();
    }

    /** Shows how it is doing now. */
    void show(ReplayState state) {
        Revision at = at();
        shown = new EndpointReplay(
                state,
                epoch,
                from,
                to,
                at.isAfter(to) ? to : at,
                perSecond,
                startedMillis,
                state.isEnd() ? OptionalLong.of(record.nowMillis()) : OptionalLong.empty(),
                record.calls,
                record.failures,
                record.missed,
                Optional.ofNullable(record.lastError()));
    }
}
