package io.bellwire.broker;

import io.bellwire.admission.RefusalLog;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.tls.ClientCertificate;
import io.moquette.broker.MoquetteSessions;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the guards of one running broker share. Thread-safe. */
record BrokerContext(
        BrokerOptions options,
        DeviceServices services,
        LoginCheck logins,
        Connections connections,
        MoquetteSessions moquette,
        BrokerMeters meters,
        Logs logs) {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerContext.class);
    /** A client that is only to be told why it is refused has little time to ask. */
    private static final Duration REFUSAL_TIMEOUT = Duration.ofSeconds(2);

    /** How long a connection may take until it is logged in, or refused because of {@code overLimit}. */
    Duration loginTimeout(@Nullable ConnectionRefusal overLimit) {
        Duration timeout = options.connectTimeout();
        return overLimit == null || timeout.compareTo(REFUSAL_TIMEOUT) < 0 ? timeout : REFUSAL_TIMEOUT;
    }

    /**
     * What is logged.
     *
     * @param faults defects of this program and of what it calls
     * @param refusals which clients are refused
     */
    record Logs(RateLimitedLog faults, RefusalLog refusals) {}

    RateLimitedLog log() {
        return logs.faults();
    }

    /** The connection of a client that is logged in is closed. */
    void closed(@Nullable String clientId, ConnectionRefusal why) {
        LOG.debug("closing the connection of {}: {}", clientId, why);
        meters.refused(why);
    }

    /**
     * A client is refused before it is logged in.
     *
     * @param clientId what it calls itself; null if it has not said
     */
    void refused(@Nullable String clientId, @Nullable SocketAddress remote, ConnectionRefusal why) {
        meters.refused(why);
        logs.refusals().refused(clientId, remote, why.tag(), why.reason());
    }

    /** A client is refused before it is logged in. */
    void refused(@Nullable String clientId, Channel channel, ConnectionRefusal why) {
        refused(clientId, AdmittedClient.of(channel).address(), why);
    }

    /** The certificate that the client of this connection has shown; null if it has shown none. */
    @Nullable ClientCertificate certificateOf(Channel channel) {
        return TlsHandlers.certificateOf(channel, services.transport());
    }

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
}
