package io.bellwire.webhook;

import java.util.Optional;

/**
 * An endpoint as it is kept. Immutable.
 *
 * @param disabled why it is not called; empty if it is enabled
 * @param createdMillis when it was created, milliseconds since 1970
 * @param updatedMillis when it was changed last
 */
public record WebhookEndpoint(
        EndpointId id,
        EndpointSettings settings,
        EndpointUrls urls,
        EndpointKeys keys,
        Optional<DisabledReason> disabled,
        long createdMillis,
        long updatedMillis) {
    /** Whether changes are to be delivered: it is enabled and has a confirmed URL. */
    public boolean isCalled() {
        return disabled.isEmpty() && urls.inUse().isPresent();
    }

    /** The same, disabled for this reason. */
    WebhookEndpoint disabledFor(DisabledReason reason) {
        return new WebhookEndpoint(id, settings, urls, keys, Optional.of(reason), createdMillis, updatedMillis);
    }
}
