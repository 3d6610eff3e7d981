package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import io.bellwire.runtime.RateLimitedLog;
import io.moquette.broker.MoquetteSessions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the guards of one running broker share. Thread-safe. */
record BrokerContext(
        BrokerOptions options,
        DeviceServices services,
        Canaries canaries,
        Connections connections,
        MoquetteSessions moquette,
        BrokerMeters meters,
        RateLimitedLog log) {

    /** The topics on which the client may be signalled; for a canary only the one with its client id. */
    Set<String> topicsOf(String clientId) {
        return topicsOf(clientId, services.topics());
    }

    /** Whether the client may read the topic: signals or pages of its feed are sent to it there. */
    static boolean mayRead(String clientId, String topic, DeviceTopics topics) {
        return topicsOf(clientId, topics).contains(topic)
                || FetchOverMqtt.pageTopicOf(clientId).equals(topic);
    }

    private static Set<String> topicsOf(String clientId, DeviceTopics topics) {
        return Canaries.isName(clientId) ? Set.of(SignalTopic.ofClient(clientId)) : topics.of(new DeviceId(clientId));
    }

    /** The CONNACK of this connection was sent. */
    void connected(ClientConnection connection) {
        if (connection.device() != null) {
            meters.connected(connection.kind());
        }
        connections.connected(connection);
    }

    /**
     * Whether the login's secret is right. The stage fails, and the method does not throw, if that cannot be decided.
     */
    @SuppressWarnings("CatchingUnchecked") // the authenticator may be anybody's code
    CompletionStage<Boolean> authenticate(Login login) {
        if (login.isCanary()) {
            return CompletableFuture.completedFuture(canaries.isSecretOf(login.clientId(), login.secret()));
        }
        try {
            return Objects.requireNonNull(
                    services.authenticator().authenticate(new DeviceId(login.clientId()), login.secret()),
                    "the authenticator returned nothing");
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }
}
