package io.bellwire.sim;

import io.bellwire.device.DeviceSettings;
import io.bellwire.device.net.Endpoints;
import io.bellwire.fleet.BarProgress;
import io.bellwire.fleet.ClientKind;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.Fleet;
import io.bellwire.fleet.FleetDoorbell;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.FleetOptions;
import io.bellwire.fleet.LineProgress;
import io.bellwire.fleet.Progress;
import io.bellwire.fleet.Report;
import io.bellwire.fleet.ServerAddress;
import io.bellwire.fleet.ServerProcess;
import io.bellwire.fleet.ServerUnderTest;
import io.bellwire.fleet.TierChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim fleet}: runs many devices under faults, and proves that nothing was lost. */
@Command(
        name = "fleet",
        description = {
            "Runs many devices under faults and proves that every acknowledged order was applied exactly once, in order, "
                    + "by the device that it was meant for. Exit code 0 only then; 1 if not; 2 for a wrong option.",
            "Either starts a server of its own (--server) or uses one that runs (--http, --mqtt, --token-file)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class FleetCommand implements Callable<Integer> {
    /** Shorter waits than in production, so that a run of a minute has many of them. */
    private static final int SAFETY_POLL_MILLIS = 600_000;

    private static final int GREETING_MILLIS = 1_500;
    private static final int BACKOFF_BASE_MILLIS = 100;

    /** How the progress is shown. */
    enum ProgressKind {
        BAR,
        LINES,
        NONE
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--devices", description = "how many devices", defaultValue = "${env:BELLWIRE_DEVICES:-200}")
    private int devices;

    @Option(names = "--orders", description = "orders in all", defaultValue = "${env:BELLWIRE_ORDERS:-5000}")
    private int orders;

    @Option(names = "--rate", description = "orders per second", defaultValue = "${env:BELLWIRE_RATE:-120}")
    private int rate;

    @Option(
            names = "--orders-only",
            description = "only new orders: no changes of them, no other back end's events, and no groups")
    private boolean ordersOnly;

    @Mixin
    private final FaultRateOptions faultRates = new FaultRateOptions();

    @Mixin
    private final FleetPartnerOptions partners = new FleetPartnerOptions();

    @Option(
            names = "--seed",
            description = "seed of all random choices; drawn and shown if not given",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private @Nullable Long seed;

    @Option(
            names = "--client",
            description = "MQTT client: ${COMPLETION-CANDIDATES} (Paho needs three threads for each device)",
            defaultValue = "hivemq")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ClientKind client;

    @Option(
            names = "--doorbell",
            description =
                    "how the devices learn that their feeds have moved: ${COMPLETION-CANDIDATES} (mix: each in turn; without ws if a "
                            + "running server's --ws is not given)",
            defaultValue = "mqtt")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FleetDoorbell.Choice doorbell;

    @Option(
            names = "--tier",
            description =
                    "how much signals carry: ${COMPLETION-CANDIDATES}. It is the server's routes that decide, so this "
                            + "needs --server, which is then given a routes file; a running server has its own. Default: no "
                            + "routes file, which means signal",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private @Nullable TierChoice tier;

    @Option(
            names = "--poll-interval",
            description = "seconds between the polls of devices without a doorbell",
            defaultValue = "5")
    private int pollSeconds;

    @Option(
            names = "--backoff-max",
            description = "seconds that a device waits at most between attempts",
            defaultValue = "3")
    private int backoffSeconds;

    @Option(
            names = "--straight",
            description = "no proxy between devices and server, which halves the connections: nothing is cut hard then "
                    + "(--drop-rate 0), and the bytes on the connections of mqtt, ws and sse are not counted")
    private boolean withoutProxies;

    @Option(
            names = "--timeout",
            description = "seconds without an acknowledged order, or to converge at the end, until the run has failed",
            defaultValue = "120")
    private int timeoutSeconds;

    @Option(names = "--json", description = "also write the report to this file, as one JSON object")
    private @Nullable Path json;

    @Option(
            names = "--progress",
            description = "${COMPLETION-CANDIDATES}",
            defaultValue = "${env:BELLWIRE_PROGRESS:-lines}")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ProgressKind progress;

    @Option(
            names = "--server",
            paramLabel = "COMMAND",
            description =
                    "start this shell command as the server; --http-port and --mqtt-port are appended, --ws-port for "
                            + "WebSocket, --routes for --tier and --webhook-... for --partners too")
    private @Nullable String server;

    @Option(names = "--server-log", description = "file for the server's stderr; a temporary one if not given")
    private @Nullable Path serverLog;

    @Option(
            names = "--kill-server",
            paramLabel = "TIMES",
            description = "kill that server with -9 so often, spread over the run, and start it again",
            defaultValue = "0")
    private int killServer;

    @Option(
            names = "--blackout",
            description =
                    "seconds before each kill in which no device reaches the server, so that all come back with a "
                            + "backlog",
            defaultValue = "0")
    private int blackoutSeconds;

    @Option(names = "--http", description = "a running server's HTTP address, http://HOST:PORT")
    private @Nullable URI http;

    @Option(names = "--mqtt", description = "its MQTT address, mqtt://HOST:PORT")
    private @Nullable URI mqtt;

    @Option(names = "--ws", description = "its WebSocket address, ws://HOST:PORT/mqtt")
    private @Nullable URI ws;

    @Mixin
    private final TlsFiles tlsFiles = new TlsFiles();

    @Option(
            names = "--tls",
            description =
                    "TLS, with --server, which is then given --dev-tls. Devices connect as with --straight, since a "
                            + "proxy cannot tell whose an encrypted connection is: nothing is cut hard (--drop-rate 0)")
    private boolean tls;

    @Option(names = "--token-file", description = "the file that holds its operator token")
    private @Nullable Path tokenFile;

    @Override
    public Integer call() throws InterruptedException, IOException {
        long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        FaultRates faults = faultRates.toFaultRates();
        FleetOptions options = new FleetOptions(
                Long.toString(System.currentTimeMillis(), 36),
                devices,
                orders,
                rate,
                tls ? faults.withoutDrops() : faults,
                chosen,
                client,
                doorbell,
                pollSeconds * 1_000L,
                withoutProxies || tls,
                killServer,
                blackoutSeconds,
                timeoutSeconds,
                new DeviceSettings(SAFETY_POLL_MILLIS, GREETING_MILLIS, BACKOFF_BASE_MILLIS, backoffSeconds * 1_000L),
                ordersOnly,
                partners.toPartnerOptions());
        ServerAddress running = running();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%d devices, %d orders at %d/s, doorbell %s, tier %s, client %s, seed %d%n",
                devices,
                orders,
                rate,
                label(doorbell),
                tier != null ? label(tier) : running == null ? label(TierChoice.SIGNAL) : "as routed",
                label(client),
                chosen);
        out.flush();
        try {
            Report report = running == null ? ownServer(options) : run(options, ServerUnderTest.running(running));
            out.println();
            out.print(report.table());
            out.flush();
            if (json != null) {
                Files.writeString(json, report.json() + "\n");
            }
            String failure = report.failureMessage();
            return failure == null ? 0 : fail(failure);
        } catch (FleetException failed) {
            return fail("FAILED, seed " + chosen + ": " + failed.getMessage());
        }
    }

    private static String label(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private int fail(String why) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(why);
        err.flush();
        return 1;
    }

    /** The running server that the options name; null if --server starts one. */
    private @Nullable ServerAddress running() {
        if (server != null) {
            if (http != null || mqtt != null || ws != null || tokenFile != null) {
                throw invalidOption("--server and --http, --mqtt, --ws, --token-file exclude each other");
            }
            return null;
        }
        if (http == null || mqtt == null || tokenFile == null) {
            throw invalidOption("either --server, or all of --http, --mqtt and --token-file");
        }
        if (tls) {
            throw invalidOption("--tls needs --server: a running server has TLS if its addresses say so");
        }
        if (killServer > 0) {
            throw invalidOption("--kill-server needs --server: only a server that was started here can be killed");
        }
        if (tier != null) {
            throw invalidOption(
                    "--tier needs --server: what signals carry is decided by the routes file of a running server");
        }
        if (doorbell == FleetDoorbell.Choice.WS && ws == null) {
            throw invalidOption("--doorbell ws needs --ws with a running server");
        }
        if (!Files.isReadable(tokenFile)) {
            throw invalidOption("--token-file " + tokenFile + " cannot be read");
        }
        return new ServerAddress(new Endpoints(http, mqtt, ws), tokenFile, tlsFiles.toClientTls());
    }

    private ParameterException invalidOption(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Report ownServer(FleetOptions options) throws FleetException, InterruptedException, IOException {
        Path log = serverLog == null ? Files.createTempFile("bellwire-server", ".log") : serverLog;
        Path routes = tier == null ? null : Files.createTempFile("bellwire-routes", ".yaml");
        boolean passed = false;
        try {
            if (tier != null && routes != null) {
                Files.writeString(routes, tier.routes());
            }
            boolean webSocket = doorbell.kinds(true).contains(FleetDoorbell.WS);
            ServerProcess.Extras extras = new ServerProcess.Extras(
                    webSocket, routes, tls, options.partners().count() > 0);
            try (ServerProcess process = new ServerProcess(Objects.requireNonNull(server), log, extras)) {
                Report report = run(options, ServerUnderTest.owned(process, process.start()));
                passed = report.passed();
                return report;
            }
        } finally {
            if (routes != null) {
                Files.deleteIfExists(routes);
            }
            if (serverLog == null && passed) {
                Files.deleteIfExists(log);
            } else if (serverLog == null) {
                fail("the server's log: " + log);
            }
        }
    }

    private Report run(FleetOptions options, ServerUnderTest server) throws FleetException, InterruptedException {
        try (Progress shown = progress()) {
            return Fleet.run(options, server, shown, System::nanoTime, Clock.systemUTC());
        }
    }

    private Progress progress() {
        return switch (progress) {
            case BAR -> new BarProgress(System.out);
            case LINES -> new LineProgress(System.out, System::nanoTime);
            case NONE -> Progress.NONE;
        };
    }
}
