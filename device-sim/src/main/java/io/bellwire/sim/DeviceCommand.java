package io.bellwire.sim;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Doorbell;
import io.bellwire.device.SafetyPolls;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.DeviceAgent;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.Endpoints;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.HttpFeed;
import io.bellwire.device.net.HttpMeter;
import io.bellwire.device.net.PahoSignals;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.net.SseSignals;
import io.bellwire.device.net.Timers;
import io.bellwire.device.state.FileStateStore;
import io.bellwire.device.state.StateStore;
import io.bellwire.fleet.FleetDoorbell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim device}: runs one device against a server. */
@Command(
        name = "device",
        description = {
            "Runs one device against a server and prints each change as one line of JSON, until it is stopped. What it "
                    + "has applied is kept in --state-file, so that the next run goes on from there.",
            "The secret comes from --secret-file or from the environment (BELLWIRE_SECRET)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class DeviceCommand implements Callable<Integer> {
    private static final String SECRET_VARIABLE = "BELLWIRE_SECRET";
    private static final int PAGE_LIMIT = 100;
    private static final long GREETING_MILLIS = 2_000;
    private static final long WAIT_MILLIS = 55_000;

    /** The MQTT client of a single device. */
    enum Client {
        HIVEMQ,
        PAHO
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--id", required = true, description = "the device's id")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String id;

    @Option(names = "--http", required = true, description = "the server's HTTP address, http://HOST:PORT")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI http;

    @Option(
            names = "--mqtt",
            description = "its MQTT address, mqtt://HOST:PORT; for --doorbell mqtt",
            defaultValue = "mqtt://127.0.0.1:1883")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI mqtt;

    @Option(names = "--ws", description = "its WebSocket address, ws://HOST:PORT/mqtt; for --doorbell ws")
    private @Nullable URI ws;

    @Mixin
    private final TlsFiles tlsFiles = new TlsFiles();

    @Option(names = "--state-file", required = true, description = "where the device keeps its state")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path stateFile;

    @Option(names = "--secret-file", description = "the file that holds the device's secret")
    private @Nullable Path secretFile;

    @Option(
            names = "--doorbell",
            description = "how the device learns that its feed has moved: ${COMPLETION-CANDIDATES}",
            defaultValue = "mqtt")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FleetDoorbell doorbell;

    @Option(names = "--client", description = "MQTT client: ${COMPLETION-CANDIDATES}", defaultValue = "hivemq")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Client client;

    @Option(names = "--safety-poll", description = "seconds between polls without a signal", defaultValue = "600")
    private int safetyPollSeconds;

    @Option(names = "--poll-interval", description = "seconds between polls with --doorbell poll", defaultValue = "60")
    private int pollSeconds;

    @Override
    public Integer call() throws InterruptedException {
        DeviceCredentials credentials = new DeviceCredentials(new DeviceId(id), secret());
        Endpoints server = new Endpoints(http, mqtt, ws);
        try (FileStateStore file = new FileStateStore(stateFile)) {
            runUntilStopped(credentials, server, new PrintingStore(file, System.out));
        }
        return 0;
    }

    private void runUntilStopped(DeviceCredentials credentials, Endpoints server, StateStore store)
            throws InterruptedException {
        DeviceState state = load(store);
        DeviceSettings settings = DeviceSettings.STANDARD.with(doorbell());
        ExecutorService pool = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "device");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
        SignalSource signals = signals(server, pool, timers);
        DeviceAgent agent = new DeviceAgent(
                credentials,
                new Device(settings, state, new SplittableRandom(System.nanoTime())),
                store,
                signals,
                new HttpFeed(
                        new BoundedHttpClient(pool, tlsFiles.toClientTls(), 4, 16),
                        server.http(),
                        credentials,
                        PAGE_LIMIT),
                new AgentRuntime(timers, pool));
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            agent.close();
            end.countDown();
        }));
        agent.start();
        end.await();
    }

    private Doorbell doorbell() {
        return switch (doorbell) {
            case MQTT, WS, SSE -> new Doorbell.Signals(GREETING_MILLIS, SafetyPolls.every(safetyPollSeconds * 1_000L));
            case LONGPOLL -> new Doorbell.LongPoll(WAIT_MILLIS);
            case POLL -> new Doorbell.Poll(pollSeconds * 1_000L);
        };
    }

    private SignalSource signals(Endpoints server, Executor pool, Timers timers) {
        ClientTls tls = tlsFiles.toClientTls();
        @Nullable ClientTls mqttTls = server.isMqttSecure() ? tls : null;
        return switch (doorbell) {
            case MQTT ->
                client == Client.PAHO
                        ? new PahoSignals(server.broker(), mqttTls)
                        : new HiveMqSignals(server.broker(), mqttTls, 1);
            case WS -> {
                if (ws == null) {
                    throw invalidOption("--doorbell ws needs --ws");
                }
                yield HiveMqSignals.overWebSocket(
                        new InetSocketAddress(ws.getHost(), ws.getPort()),
                        ws.getPath(),
                        server.isWsSecure() ? tls : null,
                        1);
            }
            case SSE -> new SseSignals(server.http(), tls, pool, timers, SseSignals.SILENCE_MILLIS, HttpMeter.NONE);
            case LONGPOLL, POLL -> SignalSource.NONE;
        };
    }

    private String secret() {
        String secret = System.getenv(SECRET_VARIABLE);
        if (secretFile != null) {
            try {
                secret = Files.readString(secretFile).trim();
            } catch (IOException unreadable) {
                throw invalidOption("--secret-file " + secretFile + " cannot be read");
            }
        }
        if (secret == null || secret.isEmpty()) {
            throw invalidOption("the secret is missing: --secret-file or " + SECRET_VARIABLE);
        }
        return secret;
    }

    private DeviceState load(StateStore store) {
        Path folder = stateFile.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw invalidOption("the folder of --state-file " + stateFile + " does not exist");
        }
        try {
            return store.load();
        } catch (IOException broken) {
            throw invalidOption(String.valueOf(broken.getMessage()));
        }
    }

    private ParameterException invalidOption(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
