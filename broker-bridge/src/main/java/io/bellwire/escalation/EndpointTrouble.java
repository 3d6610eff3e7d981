package io.bellwire.escalation;

import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.Optional;

/** What is wrong with an endpoint, apart from the question whether its partner has processed everything by itself. */
final class EndpointTrouble {
    private EndpointTrouble() {}

    /** In one line; empty if nothing is wrong. */
    static Optional<String> of(WebhookEndpoint endpoint, Optional<EndpointHealth> health) {
        String name = "endpoint " + endpoint.id().name();
        Optional<DisabledReason> disabled = endpoint.disabled();
        if (disabled.isPresent()) {
            boolean isByServer =
                    disabled.get() == DisabledReason.GONE || disabled.get() == DisabledReason.RETRIES_EXHAUSTED;
            return isByServer
                    ? Optional.of(name + " was disabled: " + disabled.get().text())
                    : Optional.empty();
        }
        if (health.isEmpty()) {
            return Optional.empty();
        }
        EndpointHealth now = health.get();
        if (now.state() == EndpointState.PAUSED && now.pending() > 0) {
            return Optional.of(name + " is paused");
        }
        return now.isSuspicious() ? Optional.of(name + " is suspicious") : Optional.empty();
    }

    /** Whether changes wait for the endpoint, and it has received no call of the last hour. */
    static boolean isSilent(WebhookEndpoint endpoint, Optional<EndpointHealth> health) {
        return endpoint.isCalled()
                && health.filter(now -> now.state() != EndpointState.DISABLED)
                        .filter(now -> now.pending() > 0 && now.attempts() == now.failures())
                        .isPresent();
    }
}
