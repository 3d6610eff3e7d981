package io.bellwire.delivery;

import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointUrls;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What deliveries write into the log. Thread-safe; no method blocks. Each returns a stage that completes once the write
 * is durable, and fails if it may not be; deliveries then write it again, so that each write must be harmless the
 * second time. A write about an endpoint that is gone, or that was changed meanwhile so that the write makes no sense,
 * does nothing.
 */
public interface EndpointLog {
    /** Saves the positions of these endpoints in one write. */
    CompletionStage<?> savePositions(Map<EndpointId, EndpointPosition> positions);

    /** Disables the endpoint, and appends the event about it to the partner's feed. */
    CompletionStage<?> disable(EndpointId endpoint, DisabledReason reason);

    /** The pending URL has answered its challenge, and is in use from now on. */
    CompletionStage<?> confirm(EndpointId endpoint, EndpointUrls.Pending pending);

    /** The pending URL has not answered its challenge in time. */
    CompletionStage<?> giveUp(EndpointId endpoint, EndpointUrls.Pending pending);

    /** Appends an event about the endpoint to the partner's feed. */
    CompletionStage<?> append(EndpointId endpoint, EndpointNews news);

    /**
     * Saves where the replay of an endpoint is, or removes it if it is over, and appends the event about it to the
     * partner's feed.
     */
    CompletionStage<?> saveReplay(EndpointId endpoint, EndpointReplay replay, Optional<EndpointNews> news);

    /** The time of {@link io.bellwire.log.WriteBatch#steadyMillis}, now. */
    long steadyMillis();
}
