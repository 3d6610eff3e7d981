package io.bellwire.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.receiver.AppliedWork;
import io.bellwire.receiver.CallEvent;
import io.bellwire.receiver.PartnerFeedClient;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverClocks;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverJournal;
import io.bellwire.receiver.ReceiverJournalFile;
import io.bellwire.receiver.ReceiverKey;
import io.bellwire.receiver.ReceiverObserver;
import io.bellwire.receiver.ReceiverSettings;
import io.bellwire.receiver.ReceiverTls;
import io.bellwire.receiver.ReplayClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim partner}: runs a partner's receiver of webhooks. */
@Command(
        name = "partner",
        description = {
            "Runs a partner's receiver of webhooks and prints a line of JSON with its URL, then each change that it "
                    + "applies, and its totals when it is stopped. It verifies calls, answers challenges, and applies each change once.",
            "With --partner it also reads the partner's feed for what calls do not carry or have not brought; with "
                    + "--replay too, it has the endpoint called again with what they have not brought."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class PartnerCommand implements Callable<Integer> {
    private static final int REQUESTS_MAX = 4;
    private static final Duration ACK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REPLAY_SPACING = Duration.ofSeconds(10);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--host", description = "the address to listen on", defaultValue = "127.0.0.1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String host;

    @Option(names = "--port", description = "the port to listen on; 0 for a free one", defaultValue = "0")
    private int port;

    @Option(
            names = "--secret",
            paramLabel = "KEY",
            description = "whsec_... or whpk_...; several while keys rotate. Other users of the machine can see it")
    private List<String> secrets = new ArrayList<>();

    @Option(names = "--secret-file", paramLabel = "FILE", description = "a file with such keys, one on each line")
    private List<Path> secretFiles = new ArrayList<>();

    @Option(names = "--no-signature-check", description = "a fault: every call is taken for a true one")
    private boolean noSignatureCheck;

    @Option(
            names = "--state-file",
            paramLabel = "FILE",
            description = "where it keeps what it has applied; without it, it forgets that when it ends")
    private @Nullable Path stateFile;

    @Option(names = "--receiver-cert", paramLabel = "FILE", description = "PEM file with its certificate, for https")
    private @Nullable Path certificate;

    @Option(names = "--receiver-key", paramLabel = "FILE", description = "PEM file with the certificate's key")
    private @Nullable Path key;

    @Option(
            names = "--receiver-client-ca",
            paramLabel = "FILE",
            description = "PEM file with authorities: callers must show a certificate of one of them")
    private @Nullable Path clientAuthority;

    @Option(names = "--partner", paramLabel = "ID", description = "the partner whose feed it reads; needs --http")
    private @Nullable String partner;

    @Option(names = "--http", description = "the server's HTTP address, for the feed")
    private @Nullable URI http;

    @Option(names = "--token-file", paramLabel = "FILE", description = "the file that holds the partner's secret")
    private @Nullable Path tokenFile;

    @Mixin
    private final TlsFiles tlsFiles = new TlsFiles();

    @Option(names = "--ack", description = "acknowledge what was applied without a gap, at most once a second")
    private boolean acknowledges;

    @Option(
            names = "--replay",
            paramLabel = "ENDPOINT",
            description = "the partner's endpoint that is called again with what is missing, also if all of the state "
                    + "is; best one with all types, payload full and ordering feed. The feed is read if the changes "
                    + "cannot be replayed. Needs --partner")
    private @Nullable String endpoint;

    @Option(
            names = "--replay-rate",
            paramLabel = "CALLS",
            description = "a replay's calls in a second, at most the endpoint's rate; if not given, a tenth of it",
            showDefaultValue = CommandLine.Help.Visibility.NEVER)
    private @Nullable Integer replayRate;

    @Option(names = "--safety-poll", description = "seconds between reads without a reason", defaultValue = "600")
    private int safetyPollSeconds;

    @ArgGroup(heading = "Faults, by chance for each call that is not a challenge:%n", exclusive = false)
    private final ReceiverFaultOptions faults = new ReceiverFaultOptions();

    @Option(names = "--seed", description = "seed of the faults; drawn if not given")
    private @Nullable Long seed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ReceiverFaults chosen = faults.toFaults();
        ReceiverSettings settings =
                new ReceiverSettings(keys(), !noSignatureCheck, partner == null ? "" : partner, chosen);
        PartnerReceiver.Listen listen = new PartnerReceiver.Listen(new InetSocketAddress(host, port), tls());
        PartnerReceiver.Reading reading = reading();
        ReceiverJournalFile file = journal();
        PartnerReceiver receiver = new PartnerReceiver(
                settings,
                listen,
                file == null ? new NoJournal() : file,
                reading,
                new PrintingObserver(System.out),
                new SplittableRandom(seed == null ? new SecureRandom().nextLong() : seed),
                ReceiverClocks.of(Clock.systemUTC(), System::nanoTime));
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            receiver.close();
            System.out.println(receiver.totals().json());
            System.out.flush();
            end.countDown();
        }));
        System.out.println(
                JsonNodeFactory.instance.objectNode().put("url", receiver.url().toString()));
        System.out.flush();
        end.await();
        return 0;
    }

    private List<ReceiverKey> keys() {
        List<String> texts = new ArrayList<>(secrets);
        for (Path secretFile : secretFiles) {
            try {
                Files.readString(secretFile)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(texts::add);
            } catch (IOException unreadable) {
                throw invalidOption("--secret-file " + secretFile + " cannot be read");
            }
        }
        if (texts.isEmpty() && !noSignatureCheck) {
            throw invalidOption("a key is missing: --secret or --secret-file");
        }
        return texts.stream().map(ReceiverKey::parse).toList();
    }

    private @Nullable ReceiverTls tls() {
        if (certificate == null || key == null) {
            if (certificate != null || key != null || clientAuthority != null) {
                throw invalidOption("--receiver-cert and --receiver-key belong together");
            }
            return null;
        }
        return ReceiverTls.of(certificate, key, clientAuthority);
    }

    private PartnerReceiver.@Nullable Reading reading() {
        if (endpoint == null && replayRate != null) {
            throw invalidOption("--replay-rate needs --replay");
        }
        if (partner == null) {
            if (acknowledges || http != null || tokenFile != null || endpoint != null) {
                throw invalidOption("--ack, --http, --token-file and --replay need --partner");
            }
            return null;
        }
        if (http == null || tokenFile == null) {
            throw invalidOption("--partner needs --http and --token-file");
        }
        if (safetyPollSeconds < 1) {
            throw invalidOption("--safety-poll must be at least 1, is " + safetyPollSeconds);
        }
        String token;
        try {
            token = Files.readString(tokenFile).strip();
        } catch (IOException unreadable) {
            throw invalidOption("--token-file " + tokenFile + " cannot be read");
        }
        BoundedHttpClient client =
                new BoundedHttpClient(ForkJoinPool.commonPool(), tlsFiles.toClientTls(), REQUESTS_MAX, REQUESTS_MAX);
        PartnerFeedClient feed = new PartnerFeedClient(client, http, partner, token);
        return new PartnerReceiver.Reading(
                feed, acknowledges, ACK_INTERVAL, Duration.ofSeconds(safetyPollSeconds), replays(feed), REPLAY_SPACING);
    }

    private @Nullable ReplayClient replays(PartnerFeedClient feed) {
        if (endpoint == null) {
            return null;
        }
        try {
            return new ReplayClient(
                    feed, endpoint, replayRate == null ? OptionalInt.empty() : OptionalInt.of(replayRate));
        } catch (IllegalArgumentException invalid) {
            throw invalidOption("--replay: " + invalid.getMessage());
        }
    }

    private @Nullable ReceiverJournalFile journal() {
        if (stateFile == null) {
            return null;
        }
        try {
            return ReceiverJournalFile.open(stateFile);
        } catch (IOException unusable) {
            throw invalidOption("--state-file: " + unusable.getMessage());
        }
    }

    private ParameterException invalidOption(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Keeps nothing. */
    private static final class NoJournal implements ReceiverJournal {
        @Override
        public List<AppliedWork> load() {
            return List.of();
        }

        @Override
        public void append(AppliedWork work) {}
    }

    /** Prints as {@code sim device} does. */
    private record PrintingObserver(PrintStream out) implements ReceiverObserver {
        @Override
        public void applied(CallEvent change) {
            out.println(change.json());
            out.flush();
        }

        @Override
        public void reset(String reason) {
            out.println(
                    JsonNodeFactory.instance.objectNode().put("type", "reset").put("reason", reason));
            out.flush();
        }

        @Override
        public void replayStarted(String after) {
            out.println(
                    JsonNodeFactory.instance.objectNode().put("type", "replay").put("after", after));
            out.flush();
        }
    }
}
