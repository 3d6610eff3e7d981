package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.alert.AlertOptions;
import io.bellwire.feedapi.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of alerts: what they mean, and that a wrong one stops the start with one line that names it. */
class AlertArgumentsTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private Path password;
    private Path secret;

    @BeforeEach
    void writeFiles() throws Exception {
        password = Files.writeString(folder.resolve("password"), "confidential-9\n");
        secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    }

    private static AlertOptions alerts(String... args) {
        return Serve.parse(args, Map.of()).toBellwireOptions().alerts();
    }

    @Test
    void withoutOptionsAlertsGoNowhere() {
        assertEquals(AlertOptions.NONE, alerts());
    }

    @Test
    void optionsSayWhereAlertsGo() {
        AlertOptions options = alerts(
                "--smtp-url=smtps://mail.example",
                "--smtp-user=bellwire",
                "--smtp-password-file=" + password,
                "--smtp-from=bellwire@shop.example",
                "--alert-mail=a@shop.example,b@shop.example",
                "--alert-rate=5",
                "--pager-url=https://pager.example/hook",
                "--pager-secret-file=" + secret);

        assertEquals(
                "confidential-9",
                options.mail().orElseThrow().login().orElseThrow().password());
        assertEquals(List.of("a@shop.example", "b@shop.example"), options.operators());
        assertEquals(5, options.perHour());
        assertEquals(SECRET, options.pager().orElseThrow().key().text());
        assertFalse(options.toString().contains("confidential-9"), options.toString());
        assertFalse(options.toString().contains(SECRET), options.toString());
    }

    @Test
    void wrongOptionsAreNamedInOneLineWithoutSecrets() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "whsec_confidential-9");
        String url = "--smtp-url=smtps://mail.example";
        String from = "--smtp-from=bellwire@shop.example";
        Map<List<String>, String> cases = Map.ofEntries(
                Map.entry(List.of(url), "--smtp-from"),
                Map.entry(List.of(from), "--smtp-url"),
                Map.entry(List.of(url, "--smtp-from=nobody"), "--smtp-from"),
                Map.entry(List.of("--smtp-url=mail.example:25", from), "--smtp-url"),
                Map.entry(List.of("--smtp-url=smtp://u:confidential-9@mail.example", from), "--smtp-url"),
                Map.entry(List.of("--smtp-url=smtp://u:confidential-9 @mail.example", from), "--smtp-url"),
                Map.entry(List.of(url, from, "--smtp-user=u"), "--smtp-password-file"),
                Map.entry(List.of(url, from, "--smtp-user=u", "--smtp-password-file=/nowhere/p"), "/nowhere/p"),
                Map.entry(
                        List.of(
                                "--smtp-url=smtp://mail.example",
                                from,
                                "--smtp-user=u",
                                "--smtp-password-file=" + password),
                        "starttls=required"),
                Map.entry(List.of("--alert-mail=a@b.example,nobody"), "--alert-mail"),
                Map.entry(List.of("--alert-rate=0"), "mails an hour"),
                Map.entry(List.of("--pager-url=https://pager.example/"), "--pager-secret-file"),
                Map.entry(
                        List.of("--pager-url=https://pager.example/", "--pager-secret-file=" + wrong),
                        "--pager-secret-file"),
                Map.entry(List.of("--pager-url=not a url", "--pager-secret-file=" + secret), "--pager-url"));
        cases.forEach((args, named) -> {
            String message = String.valueOf(assertThrows(
                            ConfigurationException.class, () -> alerts(args.toArray(String[]::new)), args.toString())
                    .getMessage());
            assertTrue(message.contains(named), args + " -> " + message);
            assertFalse(message.contains("\n") || message.contains("confidential-9"), message);
        });
    }

    @Test
    void pagerMustNotBeAnAddressThatIsNotAllowed() {
        for (String url : List.of("http://pager.example/", "https://127.0.0.1/", "https://u:p@pager.example/")) {
            BellwireOptions options = BellwireOptions.inMemory()
                    .withAlerts(alerts("--pager-url=" + url, "--pager-secret-file=" + secret));
            String message = String.valueOf(assertThrows(
                            ConfigurationException.class,
                            () -> Bellwire.start(options).close(),
                            url)
                    .getMessage());
            assertTrue(message.startsWith("--pager-url: "), message);
        }
    }

    @Test
    void authorityThatCannotBeReadStopsTheStart() {
        BellwireOptions options = BellwireOptions.inMemory()
                .withAlerts(alerts(
                        "--smtp-url=smtps://mail.example",
                        "--smtp-from=bellwire@shop.example",
                        "--smtp-tls-ca=/nowhere/ca.pem"));
        String message = String.valueOf(assertThrows(ConfigurationException.class, () -> Bellwire.start(options)
                        .close())
                .getMessage());
        assertTrue(message.startsWith("alerts: ") && message.contains("/nowhere/ca.pem"), message);
        assertFalse(message.contains("\n"), message);
    }
}
