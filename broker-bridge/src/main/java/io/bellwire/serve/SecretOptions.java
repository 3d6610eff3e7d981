package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.http.ProtectedOperation;
import io.bellwire.http.SecretRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} for secrets. Filled by picocli, then read. */
final class SecretOptions {
    @Option(
            names = "--postgres-password-file",
            paramLabel = "FILE",
            description = "File with the password of that user, which nobody else should be able to read.")
    @Nullable Path postgresPasswordFile;

    @Option(
            names = "--postgres-password",
            paramLabel = "TEXT",
            defaultValue = "",
            showDefaultValue = Visibility.NEVER,
            description =
                    "The password itself. Other users of the machine can see it on the command line: use the file,"
                            + " or BELLWIRE_POSTGRES_PASSWORD in the environment, which only the same user can see.")
    String postgresPassword = "";

    @Option(
            names = "--secret-overlap",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "How long an old secret stays valid after a rotation that does not say it, at most 30d.")
    Duration overlap = Duration.ZERO;

    @Option(
            names = "--second-factor-for",
            paramLabel = "LIST",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description =
                    "What operators may do only with a code of their second factor: secrets (new secrets of accounts,"
                            + " operators and their roles, second factors of others), deletion (disabling accounts)."
                            + " Enrol every operator first. Default: nothing.")
    Set<ProtectedOperation> secondFactorFor = EnumSet.noneOf(ProtectedOperation.class);

    /** The rules for secrets. */
    SecretRules rules() {
        return new SecretRules(overlap, secondFactorFor);
    }

    /** The password for PostgreSQL, without a line end after it. */
    String postgresPassword() {
        if (postgresPasswordFile == null) {
            return postgresPassword;
        }
        if (!postgresPassword.isEmpty()) {
            throw new ConfigurationException("--postgres-password and --postgres-password-file exclude each other");
        }
        try {
            return Files.readString(postgresPasswordFile, StandardCharsets.UTF_8)
                    .stripTrailing();
        } catch (IOException e) {
            throw new ConfigurationException(
                    "--postgres-password-file: " + postgresPasswordFile + " cannot be read: " + e, e);
        }
    }
}
