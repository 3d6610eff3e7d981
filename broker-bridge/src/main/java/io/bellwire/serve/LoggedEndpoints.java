package io.bellwire.serve;

import io.bellwire.delivery.EndpointLog;
import io.bellwire.delivery.EndpointNews;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointEvent;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.Webhooks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What deliveries write, as changes of {@link Webhooks}. Thread-safe. */
final class LoggedEndpoints implements EndpointLog {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedEndpoints.class);

    private final Webhooks webhooks;
    private final LongSupplier steadyMillis;

    /** @param steadyMillis the log's clock that does not jump */
    LoggedEndpoints(Webhooks webhooks, LongSupplier steadyMillis) {
        this.webhooks = webhooks;
        this.steadyMillis = steadyMillis;
    }

    @Override
    public CompletionStage<?> savePositions(Map<EndpointId, EndpointPosition> positions) {
        return webhooks.savePositions(positions);
    }

    @Override
    public CompletionStage<?> disable(EndpointId endpoint, DisabledReason reason) {
        return webhooks.changeBySelf(endpoint, (found, editor) -> editor.disable(found, reason));
    }

    @Override
    public CompletionStage<?> confirm(EndpointId endpoint, EndpointUrls.Pending pending) {
        return webhooks.changeBySelf(endpoint, (found, editor) -> editor.confirm(found, pending.challenge()));
    }

    @Override
    public CompletionStage<?> giveUp(EndpointId endpoint, EndpointUrls.Pending pending) {
        return webhooks.changeBySelf(endpoint, (found, editor) -> editor.giveUp(found, pending.challenge()));
    }

    @Override
    public CompletionStage<?> append(EndpointId endpoint, EndpointNews news) {
        EndpointEvent event = event(endpoint, news);
        LOG.info("endpoint {}: {}", endpoint, event.kind());
        return webhooks.report(List.of(event));
    }

    @Override
    public CompletionStage<?> saveReplay(EndpointId endpoint, EndpointReplay replay, Optional<EndpointNews> news) {
        return webhooks.saveReplay(endpoint, replay, news.map(one -> event(endpoint, one)));
    }

    private static EndpointEvent event(EndpointId endpoint, EndpointNews news) {
        if (news instanceof EndpointNews.Failing failing) {
            return EndpointEvent.forOperations(endpoint, "failing")
                    .with("failures", failing.failures())
                    .with("error", failing.error());
        }
        if (news instanceof EndpointNews.Missed missed) {
            return EndpointEvent.forOperations(endpoint, "missed")
                    .with("from_revision", missed.from().value())
                    .with("to_revision", missed.to().value())
                    .with("count", missed.count());
        }
        if (news instanceof EndpointNews.Suspicious suspicious) {
            return EndpointEvent.forOperations(endpoint, "suspicious")
                    .with("received_revision", suspicious.received().value())
                    .with("processed_revision", suspicious.processed().value());
        }
        if (news instanceof EndpointNews.ReplayStarted started) {
            return replayEvent(endpoint, "replay-started", started.replay());
        }
        if (news instanceof EndpointNews.ReplayEnded ended) {
            return replayEvent(endpoint, "replay-ended", ended.replay())
                    .with("state", ended.replay().state().text())
                    .with("received", ended.replay().at().value());
        }
        return EndpointEvent.forOperations(endpoint, news.type().substring(EndpointEvent.TYPE_PREFIX.length()));
    }

    private static EndpointEvent replayEvent(EndpointId endpoint, String kind, EndpointReplay replay) {
        return EndpointEvent.of(endpoint, kind)
                .with("after_revision", replay.from().value())
                .with("to_revision", replay.to().value());
    }

    @Override
    public long steadyMillis() {
        return steadyMillis.getAsLong();
    }
}
