package io.bellwire.sim;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.Endpoints;
import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.HttpFeed;
import io.bellwire.net.HttpGate;
import io.bellwire.net.Identity;
import io.bellwire.net.PahoSignals;
import io.bellwire.net.ScheduledTimers;
import io.bellwire.net.SignalSource;
import io.bellwire.state.FileStateStore;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim device}: one device for real. */
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

    /** One device needs one of the two. */
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

    @Option(names = "--mqtt", required = true, description = "its MQTT address, mqtt://HOST:PORT")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI mqtt;

    @Option(names = "--state-file", required = true, description = "where the device keeps its state")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path stateFile;

    @Option(names = "--secret-file", description = "the file that holds the device's secret")
    private @Nullable Path secretFile;

    @Option(names = "--client", description = "MQTT client: ${COMPLETION-CANDIDATES}", defaultValue = "hivemq")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Client client;

    @Option(names = "--safety-poll", description = "seconds between polls without a signal", defaultValue = "600")
    private int safetyPollSeconds;

    @Override
    public Integer call() throws InterruptedException {
        Identity who = new Identity(new DeviceId(id), secret());
        Endpoints server = new Endpoints(http, mqtt);
        StateStore store = new PrintingStore(new FileStateStore(stateFile), System.out);
        DeviceState state = load(store);
        DeviceSettings field = DeviceSettings.STANDARD;
        DeviceSettings settings = new DeviceSettings(
                safetyPollSeconds * 1_000L, 2_000, field.backoffBaseMillis(), field.backoffMaxMillis());

        InetSocketAddress broker = server.broker();
        ExecutorService pool = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "device");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
        SignalSource signals = client == Client.PAHO ? new PahoSignals(broker) : new HiveMqSignals(broker, 1);
        DeviceAgent agent = new DeviceAgent(
                who,
                new Device(settings, state, new SplittableRandom(System.nanoTime())),
                store,
                signals,
                new HttpFeed(new HttpGate(pool, 4, 16), server.http(), who, PAGE_LIMIT),
                timers,
                pool,
                AgentWatch.NONE);
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            agent.close();
            end.countDown();
        }));
        agent.start();
        end.await();
        return 0;
    }

    private String secret() {
        String secret = System.getenv(SECRET_VARIABLE);
        if (secretFile != null) {
            try {
                secret = Files.readString(secretFile).trim();
            } catch (IOException unreadable) {
                throw wrong("--secret-file " + secretFile + " cannot be read");
            }
        }
        if (secret == null || secret.isEmpty()) {
            throw wrong("the secret is missing: --secret-file or " + SECRET_VARIABLE);
        }
        return secret;
    }

    private DeviceState load(StateStore store) {
        Path folder = stateFile.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw wrong("the folder of --state-file " + stateFile + " does not exist");
        }
        try {
            return store.load();
        } catch (IOException broken) {
            throw wrong(String.valueOf(broken.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
