package io.bellwire.sim;

import io.bellwire.certify.Certificate;
import io.bellwire.receiver.KeyPairFile;
import io.bellwire.receiver.ReceiverCertifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim certify-receiver}: checks whether a partner's receiver of webhooks keeps the rules. */
@Command(
        name = "certify-receiver",
        description = {
            "Makes calls to a partner's receiver of webhooks as Bellwire would, and others that are not Bellwire's, and "
                    + "tells case by case whether it answers as WEBHOOKS.md says. Exit code 0 if no case fails, 1 if some do, 2 for "
                    + "a wrong option or a receiver that cannot be reached.",
            "The calls carry changes of orders that do not exist: try a receiver whose work does no harm."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class CertifyReceiverCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--url", required = true, description = "where the receiver is called")
    @SuppressWarnings("NullAway.Init") // required
    private URI url;

    @Option(
            names = "--secret",
            paramLabel = "KEY",
            description = "whsec_..., with which it verifies. Other users of the machine can see it")
    private @Nullable String secret;

    @Option(names = "--secret-file", paramLabel = "FILE", description = "the file that holds the secret")
    private @Nullable Path secretFile;

    @Option(
            names = "--key-pair-file",
            paramLabel = "FILE",
            description = "sign with the key pair in this file, which is made if there is none, for a receiver that "
                    + "verifies with a public key only; without one, its key is printed, and nothing is called")
    private @Nullable Path keyPairFile;

    @Mixin
    private final TlsFiles tlsFiles = new TlsFiles();

    @Option(names = "--only", split = ",", paramLabel = "CASE", description = "run only these cases, by id")
    private @Nullable List<String> only;

    @Option(names = "--json", description = "also write the outcomes to this file, as one JSON object")
    private @Nullable Path json;

    @Option(names = "--deadline", description = "seconds that an answer may take", defaultValue = "15")
    private int deadlineSeconds;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (keyPairFile != null && !Files.exists(keyPairFile)) {
            out.println(
                    "Have the receiver verify with " + keyPair(keyPairFile).publicText() + ", then run this again.");
            out.flush();
            return CommandLine.ExitCode.OK;
        }
        ReceiverCertifier certifier = new ReceiverCertifier(
                new ReceiverCertifier.Receiving(url, tlsFiles.toClientTls(), Duration.ofSeconds(deadlineSeconds)),
                key(),
                new SecureRandom(),
                Clock.systemUTC(),
                System::nanoTime);
        try {
            certifier.checkReachable();
        } catch (IOException unreachable) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(spec.qualifiedName() + ": " + unreachable.getMessage());
            err.flush();
            return CommandLine.ExitCode.USAGE;
        }
        Certificate certificate = certifier.run(only == null ? ReceiverCertifier.ids() : only, outcome -> {
            out.println(Certificate.line(outcome));
            out.flush();
        });
        out.println(certificate.summary());
        certifier.warnings().forEach(warning -> out.println("warning: " + warning));
        out.println("Not to be seen from outside, and needed all the same:");
        ReceiverCertifier.NOT_SEEN.forEach(one -> out.println("- " + one));
        out.flush();
        if (json != null) {
            Files.writeString(json, certificate.json() + "\n");
        }
        return certificate.noneFailed() ? 0 : 1;
    }

    private KeyPairFile keyPair(Path file) {
        try {
            return KeyPairFile.open(file);
        } catch (IOException unreadable) {
            throw invalidOption("--key-pair-file: " + unreadable.getMessage());
        }
    }

    private String key() {
        if (keyPairFile != null) {
            if (secret != null || secretFile != null) {
                throw invalidOption("--key-pair-file excludes --secret and --secret-file");
            }
            return keyPair(keyPairFile).privateText();
        }
        if (secret != null) {
            return secret;
        }
        if (secretFile == null) {
            throw invalidOption("the secret is missing: --secret or --secret-file, or --key-pair-file");
        }
        try {
            return Files.readString(secretFile).strip();
        } catch (IOException unreadable) {
            throw invalidOption("--secret-file " + secretFile + " cannot be read");
        }
    }

    private ParameterException invalidOption(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
