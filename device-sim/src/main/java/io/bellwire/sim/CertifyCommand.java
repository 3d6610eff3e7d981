package io.bellwire.sim;

import io.bellwire.certify.Certificate;
import io.bellwire.certify.Certifier;
import io.bellwire.device.net.Endpoints;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim certify}: checks whether a server keeps the protocol's rules. */
@Command(
        name = "certify",
        description = {
            "Runs the numbered conformance cases of PROTOCOL.md against a running server. Exit code 0 if none fails, 1 if "
                    + "some do, 2 for a wrong option or a server that cannot be reached.",
            "Each case registers its own devices, and disables them again."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class CertifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--http", required = true, description = "the server's HTTP address, http://HOST:PORT")
    @SuppressWarnings("NullAway.Init") // required
    private URI http;

    @Option(names = "--mqtt", required = true, description = "its MQTT address, mqtt://HOST:PORT")
    @SuppressWarnings("NullAway.Init") // required
    private URI mqtt;

    @Option(
            names = "--ws",
            description =
                    "its WebSocket address, ws://HOST:PORT/mqtt; without it the cases about WebSocket are skipped")
    private @Nullable URI ws;

    @Mixin
    private final TlsFiles tlsFiles = new TlsFiles();

    @Option(names = "--token-file", required = true, description = "the file that holds its operator token")
    @SuppressWarnings("NullAway.Init") // required
    private Path tokenFile;

    @Option(names = "--only", split = ",", paramLabel = "CASE", description = "run only these cases, by id")
    private @Nullable List<String> only;

    @Option(names = "--json", description = "also write the outcomes to this file, as one JSON object")
    private @Nullable Path json;

    @Option(names = "--timeout", description = "seconds after which a case has failed", defaultValue = "30")
    private int timeoutSeconds;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (timeoutSeconds < 1) {
            throw invalidOption("--timeout must be at least 1, is " + timeoutSeconds);
        }
        if (ws != null && (!String.valueOf(ws.getScheme()).matches("wss?") || ws.getHost() == null)) {
            throw invalidOption("--ws must be like ws://HOST:PORT/mqtt, is " + ws);
        }
        Endpoints server = new Endpoints(http, mqtt);
        PrintWriter out = spec.commandLine().getOut();
        try (Certifier certifier = new Certifier(
                new Certifier.Server(server, Optional.ofNullable(ws), tlsFiles.toClientTls()),
                token(),
                1_000L * timeoutSeconds,
                new SecureRandom(),
                System::nanoTime)) {
            List<String> ids = only == null ? Certifier.ids() : only;
            try {
                certifier.checkReachable();
            } catch (IOException unreachable) {
                PrintWriter err = spec.commandLine().getErr();
                err.println(spec.qualifiedName() + ": " + unreachable.getMessage());
                err.flush();
                return CommandLine.ExitCode.USAGE;
            }
            Certificate certificate = certifier.run(ids, outcome -> {
                out.println(Certificate.line(outcome));
                out.flush();
            });
            out.println(certificate.summary());
            out.flush();
            if (json != null) {
                Files.writeString(json, certificate.json() + "\n");
            }
            return certificate.noneFailed() ? 0 : 1;
        }
    }

    private String token() {
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException unreadable) {
            throw invalidOption("--token-file " + tokenFile + " cannot be read");
        }
    }

    private ParameterException invalidOption(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
