package io.bellwire.webhook;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Shows what became of the calls of endpoints, and has endpoints called beside their delivery. Implemented by who calls
 * them. Thread-safe; no method blocks. The stages fail with {@link RecoveryRefusedException} if that cannot be done.
 */
public interface EndpointRecovery {
    /**
     * The latest attempts of the endpoint, newest first. They are in memory only.
     *
     * @param before only attempts with lower numbers
     */
    List<CallAttempt> attempts(EndpointId id, int limit, long before);

    /** Sends what an attempt carried once more, as the feed has it; the stage completes when that is queued. */
    CompletionStage<Boolean> callAgain(EndpointId id, String webhookId);

    /** Makes a call that only tests the endpoint, and returns what became of it. */
    CompletionStage<CallAttempt> test(EndpointId id);

    /** Starts a replay; the stage completes when that is durable. */
    CompletionStage<EndpointReplay> startReplay(EndpointId id, ReplayRange range);

    /** Ends the replay; the stage completes when that is durable. */
    CompletionStage<EndpointReplay> stopReplay(EndpointId id);

    /** The replay that runs, or the last one since the server was started. */
    Optional<EndpointReplay> replay(EndpointId id);
}
