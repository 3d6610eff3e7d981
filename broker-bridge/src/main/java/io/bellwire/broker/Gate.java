package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import io.moquette.broker.MoquetteSessions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What all guards of one running broker share. Thread-safe. */
record Gate(
        BrokerOptions options,
        DeviceAuthenticator authenticator,
        DeviceTopics topics,
        Canaries canaries,
        Connections connections,
        MoquetteSessions moquette,
        @Nullable FetchHandler fetch,
        BrokerMeters meters,
        QuietLog log) {

    /** What the client may subscribe to; a canary to the topic of its name alone. */
    Set<String> topicsOf(Doorbell bell) {
        DeviceId device = bell.device();
        return device == null ? Set.of(SignalTopic.ofClient(bell.clientId())) : topics.of(device);
    }

    /** Whether the login is who it says it is. Fails, and does not throw, if that cannot be told. */
    @SuppressWarnings("CatchingUnchecked") // the authenticator is somebody else's
    CompletionStage<Boolean> authenticate(Login login) {
        if (login.isCanary()) {
            return CompletableFuture.completedFuture(canaries.isSecretOf(login.clientId(), login.secret()));
        }
        try {
            return Objects.requireNonNull(
                    authenticator.authenticate(new DeviceId(login.clientId()), login.secret()),
                    "the authenticator returned nothing");
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }
}
