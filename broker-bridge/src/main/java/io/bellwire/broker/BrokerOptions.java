package io.bellwire.broker;

import io.bellwire.admission.TokenBucket;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the embedded broker listens and what it allows. Immutable. The constructor throws {@link
 * IllegalArgumentException} that names the option.
 *
 * @param host address to bind to; default 127.0.0.1
 * @param port TCP port, 0 for any that is free; default 1883
 * @param wsPort TCP port for MQTT over WebSocket, 0 for any that is free, -1 for none; default 0
 * @param wsOrigins the origins, such as {@code https://kiosk.example}, whose pages may connect from a browser; empty,
 *     the default, for any. Clients that are no browsers send no origin, and may always try to log in
 * @param connectTimeout how long a new connection may take until the broker has sent CONNACK, whatever the client
 *     sends meanwhile; default 10 s
 * @param maxConnections how many connections there may be, logged in or not; default 20,000
 * @param maxConnectionsPerAddress the same for one remote address, as {@link io.bellwire.admission.ClientAddress}
 *     counts them; 0 for no such limit; default 15,000, so that one address cannot take all places, and a fleet behind
 *     one address, connected twice while its old connections are not closed yet, has room
 * @param maxSilentConnections how many of them may be without a login: beyond it, the one that has been silent for
 *     longest is closed for each new one; 0, the default, for a quarter of {@code maxConnections}
 * @param connectRatePerAddress how often a second one remote address may connect; 0 for no such limit; default 500
 * @param connectBurstPerAddress how often at once, after a pause; default 10,000, for a fleet that returns together
 * @param loginRatePerDevice how often a second one device may log in; 0 for no such limit; default 10
 * @param loginBurstPerDevice how often at once, after a pause; default 300
 * @param maxPacketBytes longest packet accepted from a device; default 8192
 * @param keepAliveMaxSeconds the longest keep-alive granted; it also replaces a keep-alive of 0, with which the
 *     broker would never notice that a device has gone. MQTT 5 clients are told the keep-alive granted; an MQTT 3.1.1
 *     client that asked for more is disconnected when it is silent for one and a half times as long; default 300
 * @param messageExpirySeconds the message expiry that MQTT 5 devices see on a signal; default 60
 * @param sessionQueueSize how many commands may wait for one session loop. A connection has at most two commands
 *     there; if there is no room for one, the connection is closed, so that its device tries again. All signals that
 *     are sent together are one command; default 65,536, which holds all commands of {@code maxConnections}
 *     connections and a signal to each by itself
 * @param fetchPageBytesMax longest page of a feed that a device gets over MQTT, 1,024 to 1,048,576; 0, the default:
 *     devices read their feeds only over HTTP, and may publish nothing
 * @param watchdogInterval pause between two rounds of the watchdog; default 10 s
 * @param watchdogTimeout how long a canary may take in one round; default 5 s
 * @param watchdogRounds failed rounds in a row after which the broker is restarted in place; default 3
 */
public record BrokerOptions(
        String host,
        int port,
        int wsPort,
        Set<String> wsOrigins,
        Duration connectTimeout,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxSilentConnections,
        int connectRatePerAddress,
        int connectBurstPerAddress,
        int loginRatePerDevice,
        int loginBurstPerDevice,
        int maxPacketBytes,
        int keepAliveMaxSeconds,
        int messageExpirySeconds,
        int sessionQueueSize,
        int fetchPageBytesMax,
        Duration watchdogInterval,
        Duration watchdogTimeout,
        int watchdogRounds) {
    /** In place of a port: do not listen. */
    public static final int NO_PORT = -1;

    private static final int SILENT_PART = 4;
    /** A small broker needs room for those that connect at the same time, too. */
    private static final int SILENT_MIN = 16;

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,]+|null");

    public BrokerOptions {
        require(!host.isBlank(), "host must not be blank");
        range("port", port, 0, 65_535);
        range("wsPort", wsPort, NO_PORT, 65_535);
        require(port == 0 || port != wsPort, "wsPort must not be the port of plain MQTT, " + port);
        wsOrigins = Set.copyOf(wsOrigins);
        for (String origin : wsOrigins) {
            require(
                    ORIGIN.matcher(origin).matches(),
                    "wsOrigins must be like https://host or https://host:port and not " + origin);
        }
        range("connectTimeout", connectTimeout);
        range("maxConnections", maxConnections, 1, 1_000_000);
        range("maxConnectionsPerAddress", maxConnectionsPerAddress, 0, 1_000_000);
        range("maxSilentConnections", maxSilentConnections, 0, 1_000_000);
        range("connectRatePerAddress", connectRatePerAddress, 0, 1_000_000);
        range("connectBurstPerAddress", connectBurstPerAddress, 1, 1_000_000);
        range("loginRatePerDevice", loginRatePerDevice, 0, 1_000_000);
        range("loginBurstPerDevice", loginBurstPerDevice, 1, 1_000_000);
        range("maxPacketBytes", maxPacketBytes, 256, 1_048_576);
        range("keepAliveMaxSeconds", keepAliveMaxSeconds, 1, 43_690);
        range("messageExpirySeconds", messageExpirySeconds, 1, 86_400);
        range("sessionQueueSize", sessionQueueSize, 16, 4_000_000);
        if (fetchPageBytesMax != 0) {
            range("fetchPageBytesMax", fetchPageBytesMax, 1_024, 1_048_576);
        }
        range("watchdogInterval", watchdogInterval);
        range("watchdogTimeout", watchdogTimeout);
        range("watchdogRounds", watchdogRounds, 1, 100);
    }

    /** The default of each option. */
    public static BrokerOptions defaults() {
        return new Builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** How often one remote address may connect. */
    TokenBucket connectsPerAddress() {
        return new TokenBucket(connectRatePerAddress, connectBurstPerAddress);
    }

    /** How often one device may log in. */
    TokenBucket loginsPerDevice() {
        return new TokenBucket(loginRatePerDevice, loginBurstPerDevice);
    }

    /** How many connections may be without a login. */
    int silentConnections() {
        return maxSilentConnections > 0 ? maxSilentConnections : Math.max(SILENT_MIN, maxConnections / SILENT_PART);
    }

    /** A copy with other ports. */
    BrokerOptions withPorts(int otherPort, int otherWsPort) {
        return toBuilder().port(otherPort).wsPort(otherWsPort).build();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.host = host;
        builder.port = port;
        builder.wsPort = wsPort;
        builder.wsOrigins = wsOrigins;
        builder.connectTimeout = connectTimeout;
        builder.maxConnections = maxConnections;
        builder.maxConnectionsPerAddress = maxConnectionsPerAddress;
        builder.maxSilentConnections = maxSilentConnections;
        builder.connectRatePerAddress = connectRatePerAddress;
        builder.connectBurstPerAddress = connectBurstPerAddress;
        builder.loginRatePerDevice = loginRatePerDevice;
        builder.loginBurstPerDevice = loginBurstPerDevice;
        builder.maxPacketBytes = maxPacketBytes;
        builder.keepAliveMaxSeconds = keepAliveMaxSeconds;
        builder.messageExpirySeconds = messageExpirySeconds;
        builder.sessionQueueSize = sessionQueueSize;
        builder.fetchPageBytesMax = fetchPageBytesMax;
        builder.watchdogInterval = watchdogInterval;
        builder.watchdogTimeout = watchdogTimeout;
        builder.watchdogRounds = watchdogRounds;
        return builder;
    }

    private static void range(String option, int value, int min, int max) {
        require(value >= min && value <= max, option + " must be " + min + " to " + max + " and not " + value);
    }

    private static void range(String option, Duration value) {
        require(
                value.toMillis() >= 1 && value.compareTo(LONGEST) <= 0,
                option + " must be 1 ms to 1 h and not " + value);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Names each option. Not thread-safe. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int port = 1883;
        private int wsPort;
        private Set<String> wsOrigins = Set.of();
        private Duration connectTimeout = Duration.ofSeconds(10);
        private int maxConnections = 20_000;
        private int maxConnectionsPerAddress = 15_000;
        private int maxSilentConnections;
        private int connectRatePerAddress = 500;
        private int connectBurstPerAddress = 10_000;
        private int loginRatePerDevice = 10;
        private int loginBurstPerDevice = 300;
        private int maxPacketBytes = 8192;
        private int keepAliveMaxSeconds = 300;
        private int messageExpirySeconds = 60;
        private int sessionQueueSize = 65_536;
        private int fetchPageBytesMax;
        private Duration watchdogInterval = Duration.ofSeconds(10);
        private Duration watchdogTimeout = Duration.ofSeconds(5);
        private int watchdogRounds = 3;

        private Builder() {}

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder wsPort(int value) {
            wsPort = value;
            return this;
        }

        public Builder wsOrigins(Set<String> value) {
            wsOrigins = Set.copyOf(value);
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder maxConnectionsPerAddress(int value) {
            maxConnectionsPerAddress = value;
            return this;
        }

        public Builder maxSilentConnections(int value) {
            maxSilentConnections = value;
            return this;
        }

        public Builder connectRatePerAddress(int value) {
            connectRatePerAddress = value;
            return this;
        }

        public Builder connectBurstPerAddress(int value) {
            connectBurstPerAddress = value;
            return this;
        }

        public Builder loginRatePerDevice(int value) {
            loginRatePerDevice = value;
            return this;
        }

        public Builder loginBurstPerDevice(int value) {
            loginBurstPerDevice = value;
            return this;
        }

        public Builder maxPacketBytes(int value) {
            maxPacketBytes = value;
            return this;
        }

        public Builder keepAliveMaxSeconds(int value) {
            keepAliveMaxSeconds = value;
            return this;
        }

        public Builder messageExpirySeconds(int value) {
            messageExpirySeconds = value;
            return this;
        }

        public Builder sessionQueueSize(int value) {
            sessionQueueSize = value;
            return this;
        }

        public Builder fetchPageBytesMax(int value) {
            fetchPageBytesMax = value;
            return this;
        }

        public Builder watchdogInterval(Duration value) {
            watchdogInterval = value;
            return this;
        }

        public Builder watchdogTimeout(Duration value) {
            watchdogTimeout = value;
            return this;
        }

        public Builder watchdogRounds(int value) {
            watchdogRounds = value;
            return this;
        }

        /** Throws {@link IllegalArgumentException} that names the first option that is out of its range. */
        public BrokerOptions build() {
            return new BrokerOptions(
                    host,
                    port,
                    wsPort,
                    wsOrigins,
                    connectTimeout,
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxSilentConnections,
                    connectRatePerAddress,
                    connectBurstPerAddress,
                    loginRatePerDevice,
                    loginBurstPerDevice,
                    maxPacketBytes,
                    keepAliveMaxSeconds,
                    messageExpirySeconds,
                    sessionQueueSize,
                    fetchPageBytesMax,
                    watchdogInterval,
                    watchdogTimeout,
                    watchdogRounds);
        }
    }
}
