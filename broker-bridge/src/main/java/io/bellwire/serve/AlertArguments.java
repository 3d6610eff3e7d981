package io.bellwire.serve;

import io.bellwire.alert.AlertOptions;
import io.bellwire.alert.MailServer;
import io.bellwire.alert.PagerOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.webhook.WebhookKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} about messages to people. Filled by picocli, then read. */
final class AlertArguments {
    @Option(
            names = "--smtp-url",
            paramLabel = "URL",
            description = "Mail server for alerts: smtp://HOST:PORT, with STARTTLS if the server offers it,"
                    + " smtp://HOST:PORT?starttls=required, or smtps://HOST:PORT. Default: mails are only counted.")
    @Nullable String smtpUrl;

    @Option(names = "--smtp-user", paramLabel = "NAME", description = "User of the mail server. Default: no login.")
    @Nullable String smtpUser;

    @Option(
            names = "--smtp-password-file",
            paramLabel = "FILE",
            description = "File with the password of that user, which nobody else should be able to read.")
    @Nullable Path smtpPasswordFile;

    @Option(
            names = "--smtp-from",
            paramLabel = "ADDRESS",
            description = "Address that mails are from; needed with --smtp-url.")
    @Nullable String smtpFrom;

    @Option(
            names = "--smtp-tls-ca",
            paramLabel = "FILE",
            description = "PEM file with authorities that are trusted besides those of the JDK.")
    @Nullable Path smtpAuthority;

    @Option(
            names = "--alert-mail",
            paramLabel = "ADDRESS",
            split = ",",
            description = "Addresses of operators who get alerts, separated by commas.")
    List<String> operators = new ArrayList<>();

    @Option(
            names = "--alert-rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Alerts that one recipient gets within an hour; the others are named in one summary.")
    int perHour = AlertOptions.PER_HOUR;

    @Option(
            names = "--pager-url",
            paramLabel = "URL",
            description = "URL of the operators' pager, which gets alerts as signed POST requests. The rules for the"
                    + " addresses of endpoints hold for it too (--webhook-allow-network).")
    @Nullable String pagerUrl;

    @Option(
            names = "--pager-secret-file",
            paramLabel = "FILE",
            description = "File with the secret that signs these requests, whsec_...; needed with --pager-url.")
    @Nullable Path pagerSecretFile;

    /** Throws {@link IllegalArgumentException} or {@link ConfigurationException} that names the option. */
    AlertOptions toAlertOptions() {
        return new AlertOptions(
                Optional.ofNullable(mailServer()),
                named("--alert-mail: ", operators),
                Optional.ofNullable(pager()),
                perHour,
                AlertOptions.PAUSES);
    }

    private static List<String> named(String option, List<String> addresses) {
        addresses.forEach(address -> checked(option, () -> MailServer.requireAddress(address)));
        return addresses;
    }

    private @Nullable MailServer mailServer() {
        String url = smtpUrl;
        String sender = smtpFrom;
        if (url == null) {
            if (smtpUser != null || smtpPasswordFile != null || smtpFrom != null || smtpAuthority != null) {
                throw new ConfigurationException(
                        "--smtp-user, --smtp-password-file, --smtp-from and --smtp-tls-ca need" + " --smtp-url");
            }
            return null;
        }
        if (sender == null) {
            throw new ConfigurationException("--smtp-url needs --smtp-from");
        }
        if ((smtpUser == null) != (smtpPasswordFile == null)) {
            throw new ConfigurationException("--smtp-user and --smtp-password-file belong together");
        }
        String from = checked("--smtp-from: ", () -> MailServer.requireAddress(sender));
        Optional<MailServer.Login> login = smtpUser == null || smtpPasswordFile == null
                ? Optional.empty()
                : Optional.of(new MailServer.Login(smtpUser, text("--smtp-password-file", smtpPasswordFile)));
        return checked(
                "--smtp-url: ",
                () -> new MailServer(
                        MailServer.parse(url),
                        login,
                        from,
                        Optional.ofNullable(smtpAuthority),
                        MailServer.TIMEOUT,
                        MailServer.MAIL_TIME));
    }

    private @Nullable PagerOptions pager() {
        String url = pagerUrl;
        if ((url == null) != (pagerSecretFile == null)) {
            throw new ConfigurationException("--pager-url and --pager-secret-file belong together");
        }
        if (url == null || pagerSecretFile == null) {
            return null;
        }
        String secret = text("--pager-secret-file", pagerSecretFile);
        WebhookKey key = checked("--pager-secret-file: ", () -> WebhookKey.parse(secret));
        return checked("--pager-url: ", () -> new PagerOptions(URI.create(url), key));
    }

    private static String text(String option, Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new ConfigurationException(option + ": " + file + " cannot be read: " + e, e);
        }
    }

    private static <T> T checked(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(option + e.getMessage(), e);
        }
    }
}
