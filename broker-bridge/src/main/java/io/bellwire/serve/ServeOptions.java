package io.bellwire.serve;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.Durability;
import io.bellwire.log.LogLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@link Serve}. Filled by picocli, then read once. */
@Command(
        name = "serve",
        sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis = "serve [OPTION]...",
        description = "Runs a Bellwire server: the feed's HTTP API, the MQTT broker, and the bridge between them.",
        footer = {
            "",
            "Each option can also be set in the environment (--http-port: BELLWIRE_HTTP_PORT) and in the file that"
                    + " --config names (http-port=8080), unless it says otherwise. The command line overrides the"
                    + " environment, and the environment overrides the file. Durations are a number and one of ms, s, m,"
                    + " h, d.",
            "",
            "When the server is ready it prints one line of JSON to standard output; its log goes to standard error."
                    + " SIGTERM and SIGINT stop it gracefully, with exit code 143 or 130. If it cannot start, it prints"
                    + " one line with the reason to standard error, and the exit code is 2."
        })
final class ServeOptions {
    /** The names of the options that were set, wherever that was. */
    Set<String> given = Set.of();

    @Option(names = "--config", paramLabel = "FILE", description = "Properties file with further options.")
    @Nullable Path config;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Address to listen on.")
    String host = "";

    @Mixin
    TlsArguments tls = new TlsArguments();

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "HTTP port, 0 for any that is free.")
    int httpPort;

    @Option(
            names = "--mqtt-port",
            paramLabel = "PORT",
            defaultValue = "1883",
            description = "MQTT port, 0 for any that is free.")
    int mqttPort;

    @Option(
            names = "--ws-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of MQTT over WebSocket, 0 for any that is free, -1 for none.")
    int wsPort;

    @Option(
            names = "--ws-origins",
            paramLabel = "ORIGIN",
            split = ",",
            description = "Origins, such as https://kiosk.example, whose pages may connect over WebSocket, separated by"
                    + " commas. Default: any.")
    Set<String> wsOrigins = new LinkedHashSet<>();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "bellwire-data",
            description = "Folder with all data of the server.")
    Path dataDir = Path.of("");

    @Option(
            names = "--durability",
            paramLabel = "sync|process",
            defaultValue = "sync",
            description =
                    "What an acknowledged write survives: a power cut (sync), or a kill of the process (process), where a"
                            + " power cut may lose about the last second. With --postgres-url it changes nothing:"
                            + " PostgreSQL's synchronous_commit and fsync decide.")
    Durability durability = Durability.SYNC;

    @Option(
            names = "--postgres-url",
            paramLabel = "JDBC-URL",
            description = "Keep the log in this PostgreSQL database, and not in the data folder.")
    @Nullable String postgresUrl;

    @Option(
            names = "--postgres-user",
            paramLabel = "NAME",
            defaultValue = "bellwire",
            description = "User of that database.")
    String postgresUser = "";

    @Mixin
    SecretOptions secrets = new SecretOptions();

    @Mixin
    RetentionOptions kept = new RetentionOptions();

    @Option(
            names = "--new-epoch",
            description =
                    "Start with a new epoch, which is needed after a restore from a backup. On the command line only.")
    boolean newEpoch;

    @Option(
            names = "--queued-writes-max",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Writes that may wait for the log.")
    int queuedWritesMax;

    @Option(
            names = "--recent-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "33554432",
            description = "Memory for changes that are served without reading the log's files.")
    long recentBytesMax;

    @Option(
            names = "--index-cache-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "16777216",
            description = "Memory for blocks of the indexes of the log's older segments.")
    long indexBytesMax;

    @Option(
            names = "--http-connections-max",
            paramLabel = "N",
            defaultValue = "20000",
            description = "HTTP connections at once.")
    int httpConnectionsMax;

    @Option(names = "--http-waiters-max", paramLabel = "N", defaultValue = "20000", description = "Long polls at once.")
    int httpWaitersMax;

    @Mixin
    HttpLimits httpLimits = new HttpLimits();

    @Mixin
    final PresenceTimes presence = new PresenceTimes();

    @Mixin
    GroupOptions groupOptions = new GroupOptions();

    @Mixin
    OrderSearchOptions orderSearch = new OrderSearchOptions();

    @Option(
            names = "--mqtt-connections-max",
            paramLabel = "N",
            defaultValue = "20000",
            description = "MQTT connections at once.")
    int mqttConnectionsMax;

    @Mixin
    AdmissionOptions admission = new AdmissionOptions();

    @Option(
            names = "--mqtt-connect-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long an MQTT connection may take to log in.")
    Duration mqttConnectTimeout = Duration.ZERO;

    @Option(
            names = "--mqtt-packet-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "8192",
            description = "Longest MQTT packet accepted.")
    int mqttPacketBytesMax;

    @Option(names = "--mqtt-fetch", description = "Let MQTT 5 devices that cannot use HTTP read their feeds over MQTT.")
    boolean mqttFetch;

    @Option(
            names = "--mqtt-fetch-page-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Longest page of a feed over MQTT.")
    int mqttFetchPageBytesMax;

    @Option(
            names = "--mqtt-keep-alive-max",
            paramLabel = "DURATION",
            defaultValue = "5m",
            description = "Longest MQTT keep-alive granted.")
    Duration mqttKeepAliveMax = Duration.ZERO;

    @Option(
            names = "--signal-window",
            paramLabel = "DURATION",
            defaultValue = "100ms",
            description = "A device gets at most one signal in each window.")
    Duration signalWindow = Duration.ZERO;

    @Option(
            names = "--ring-again-first",
            paramLabel = "DURATION",
            defaultValue = "1s",
            description =
                    "Wait before a device that has not read its feed is signalled again; doubles with each repetition.")
    Duration reminderFirst = Duration.ZERO;

    @Option(
            names = "--ring-again-max",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "Longest wait before a signal is repeated.")
    Duration reminderMax = Duration.ZERO;

    @Option(
            names = "--message-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "4000",
            description = "Longest message that lists changes, unless a route says otherwise.")
    int messageBytesMax;

    @Option(
            names = "--spread-max",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "Longest time over which many devices that were signalled together are asked to spread their"
                    + " requests, 0s to never ask.")
    Duration spreadMax = Duration.ZERO;

    @Option(
            names = "--routes",
            paramLabel = "FILE",
            description =
                    "Routes file in YAML: further feeds of events, and how changes are signalled. Read again at SIGHUP.")
    @Nullable Path routes;

    @Mixin
    WebhookArguments webhooks = new WebhookArguments();

    @Mixin
    AlertArguments alerts = new AlertArguments();

    @Mixin
    AttemptArguments attempts = new AttemptArguments();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and exit.")
    boolean help;

    /** Throws {@link ConfigurationException} that names the first wrong value. */
    BellwireOptions toBellwireOptions() {
        kept.check();
        return new BellwireOptions(
                checked("http: ", this::feed),
                checked("mqtt: ", this::mqtt),
                checked("signals: ", this::signals),
                Optional.ofNullable(routes),
                checked("", () -> tls.toTransportOptions(dataDir)),
                checked("webhooks: ", () -> webhooks.toWebhookOptions().withAttempts(attempts.toAttemptLimits())),
                checked("alerts: ", alerts::toAlertOptions));
    }

    private FeedApiOptions feed() {
        return FeedApiOptions.builder()
                .dataFolder(dataDir)
                .postgres(Optional.ofNullable(postgresUrl)
                        .map(url -> new FeedApiOptions.Postgres(url, postgresUser, secrets.postgresPassword())))
                .host(host)
                .port(httpPort)
                .durability(durability)
                .limits(LogLimits.DEFAULT
                        .withQueuedWritesMax(queuedWritesMax)
                        .withRecentBytesMax(recentBytesMax)
                        .withIndexBytesMax(indexBytesMax)
                        .withDiskFreeBytesMin(kept.diskFreeBytesMin))
                .retention(kept.retention)
                .responsesKept(kept.idempotencyKept)
                .connectionsMax(httpConnectionsMax)
                .waitersMax(httpWaitersMax)
                .streams(httpLimits.streams())
                .callers(httpLimits.held())
                .callerRate(httpLimits.callers())
                .feedReadRate(httpLimits.feedReads())
                .failedLogins(admission.failedLogins())
                .secrets(secrets.rules())
                .feedPagesExpected(httpLimits.feedPagesExpected)
                .presence(presence.toPresenceOptions())
                .groups(groupOptions.limits())
                .query(orderSearch.toQueryOptions())
                .newEpoch(newEpoch)
                .build();
    }

    private BrokerOptions mqtt() {
        return admission
                .limit(BrokerOptions.builder())
                .host(host)
                .port(mqttPort)
                .wsPort(wsPort)
                .wsOrigins(wsOrigins)
                .connectTimeout(mqttConnectTimeout)
                .maxConnections(mqttConnectionsMax)
                .maxPacketBytes(mqttPacketBytesMax)
                .fetchPageBytesMax(mqttFetch ? mqttFetchPageBytesMax : 0)
                .keepAliveMaxSeconds(Math.toIntExact(Math.min(mqttKeepAliveMax.toSeconds(), Integer.MAX_VALUE)))
                .build();
    }

    private BridgeOptions signals() {
        return new BridgeOptions(
                signalWindow,
                new ReminderBackoff(reminderFirst, reminderMax),
                BridgeOptions.DEFAULT.answerTimeout(),
                BridgeOptions.DEFAULT.lookUpFeedsMax(),
                messageBytesMax,
                spreadMax);
    }

    private static <T> T checked(String part, Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException | ConfigurationException e) {
            throw new ConfigurationException(part + e.getMessage(), e);
        }
    }
}
