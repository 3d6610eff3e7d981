package io.bellwire.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.state.FileStateStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Shows that wrong options are refused with one clear line and exit code 2. */
class SimTest {
    private static final String PUBLIC_KEY = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    private int run(String... args) {
        CommandLine line = Sim.commandLine();
        line.setErr(new PrintWriter(err));
        line.setOut(new PrintWriter(out));
        return line.execute(args);
    }

    private void assertRefused(String expected, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), () -> String.join(" ", args));
        assertTrue(err.toString().contains(expected), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    @Test
    void wrongFleetOptionsAreRefusedInOneLineThatNamesThem() {
        assertRefused("--devices", "fleet", "--server", "true", "--devices", "many");
        assertRefused("devices must be", "fleet", "--server", "true", "--devices", "0");
        assertRefused("drop-rate must be", "fleet", "--server", "true", "--drop-rate", "1.5");
        assertRefused("rate must be", "fleet", "--server", "true", "--rate", "0");
        assertRefused("--client", "fleet", "--server", "true", "--client", "carrier-pigeon");
        assertRefused("--colour", "fleet", "--server", "true", "--colour", "red");
        assertRefused("--seed", "fleet", "--server", "true", "--seed", "x");
        assertRefused("--doorbell", "fleet", "--server", "true", "--doorbell", "gong");
        assertRefused("--tier", "fleet", "--server", "true", "--tier", "everything");
        assertRefused("poll-interval must be", "fleet", "--server", "true", "--poll-interval", "0");
        assertRefused("partners must be", "fleet", "--server", "true", "--partners", "101");
        assertRefused("partner-faults needs partners", "fleet", "--server", "true", "--partner-faults");
        assertRefused("drop-rate must be 0", "fleet", "--server", "true", "--straight");
    }

    @Test
    void fleetNeedsAServerAndOnlyOne() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "t");
        String[] running = {"--http", "http://127.0.0.1:1", "--mqtt", "mqtt://127.0.0.1:1", "--token-file"};

        assertRefused("either --server", "fleet");
        assertRefused("either --server", "fleet", "--http", "http://127.0.0.1:1");
        assertRefused("exclude each other", "fleet", "--server", "true", "--http", "http://127.0.0.1:1");
        assertRefused("--kill-server needs", concat(running, token.toString(), "--kill-server", "1"));
        assertRefused("--tier needs --server", concat(running, token.toString(), "--tier", "full"));
        assertRefused("--doorbell ws needs --ws", concat(running, token.toString(), "--doorbell", "ws"));
        assertRefused("ws must be like", concat(running, token.toString(), "--ws", "http://127.0.0.1:1"));
        assertRefused("cannot be read", concat(running, folder.resolve("none").toString()));
        assertRefused(
                "mqtt must be like",
                "fleet",
                "--http",
                "http://127.0.0.1:1",
                "--mqtt",
                "tcp://127.0.0.1:1",
                "--token-file",
                token.toString());
    }

    private static String[] concatAll(String[] first, String... more) {
        return java.util.stream.Stream.of(first, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
    }

    private static String[] concat(String[] running, String... more) {
        return java.util.stream.Stream.of(new String[] {"fleet"}, running, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
    }

    @Test
    void deviceNeedsItsSecretAndAFolderForItsState() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s");
        String state = folder.resolve("grill.json").toString();
        String[] where = {
            "device",
            "--id",
            "grill",
            "--http",
            "http://127.0.0.1:1",
            "--mqtt",
            "mqtt://127.0.0.1:1",
            "--state-file",
            state
        };

        assertRefused("the secret is missing", where);
        assertRefused(
                "--doorbell ws needs --ws", concatAll(where, "--secret-file", secret.toString(), "--doorbell", "ws"));
        try (FileStateStore used = new FileStateStore(Path.of(state))) {
            used.load();
            assertRefused("is used by another device", concatAll(where, "--secret-file", secret.toString()));
        }
        assertRefused("--id", "device", "--http", "http://127.0.0.1:1");
        assertRefused(
                "device id must be",
                "device",
                "--id",
                "grill/1",
                "--http",
                "http://127.0.0.1:1",
                "--mqtt",
                "mqtt://127.0.0.1:1",
                "--state-file",
                state,
                "--secret-file",
                secret.toString());
        assertRefused(
                "does not exist",
                "device",
                "--id",
                "grill",
                "--http",
                "http://127.0.0.1:1",
                "--mqtt",
                "mqtt://127.0.0.1:1",
                "--state-file",
                folder.resolve("none/grill.json").toString(),
                "--secret-file",
                secret.toString());
    }

    @Test
    void wrongPartnerOptionsAreRefusedInOneLineThatNamesThem() throws Exception {
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        String[] partner = {"partner", "--secret", secret};
        Path token = Files.writeString(folder.resolve("token"), "t");

        assertRefused("a key is missing", "partner");
        assertRefused("must begin with whsec_", "partner", "--secret", "hunter2");
        assertRefused("cannot be read", "partner", "--secret-file", "/no/such/file");
        assertRefused("fail-rate must be", concatAll(partner, "--fail-rate", "1.5"));
        assertRefused("a time must be like", concatAll(partner, "--delay", "2h"));
        assertRefused("status must be", concatAll(partner, "--status", "99"));
        assertRefused("need --partner", concatAll(partner, "--ack"));
        assertRefused("need --partner", concatAll(partner, "--replay", "main"));
        assertRefused("--replay-rate needs --replay", concatAll(partner, "--replay-rate", "5"));
        assertRefused("--partner needs --http", concatAll(partner, "--partner", "acme"));
        assertRefused("belong together", concatAll(partner, "--receiver-cert", "cert.pem"));
        assertRefused(
                "partner must be",
                concatAll(
                        partner, "--partner", "a/b", "--http", "http://127.0.0.1:1", "--token-file", token.toString()));
        Path state = Files.writeString(folder.resolve("state"), "nonsense\n");
        assertRefused("is not a receiver's", concatAll(partner, "--state-file", state.toString()));
    }

    @Test
    void receiverIsCertifiedOnlyAtAUrlAndWithASecret() {
        String[] url = {"certify-receiver", "--url", "http://127.0.0.1:1/webhook"};
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

        assertRefused("--url", "certify-receiver", "--secret", secret);
        assertRefused("the secret is missing", url);
        assertRefused("calls are signed with a key that begins with whsec_", concatAll(url, "--secret", PUBLIC_KEY));
        assertRefused("deadline must be", concatAll(url, "--secret", secret, "--deadline", "0"));
        assertRefused("url must be", "certify-receiver", "--url", "ftp://127.0.0.1", "--secret", secret);
        assertRefused("no answer from", concatAll(url, "--secret", secret));
    }

    @Test
    void commandIsNeeded() {
        assertRefused("a command is missing");
        assertRefused("flet", "flet");
    }

    @Test
    void helpShowsTheDefaults() {
        assertEquals(0, run("fleet", "--help"));
        for (String part : new String[] {
            "--kill-server",
            "--doorbell",
            "--tier",
            "needs",
            "--drop-rate",
            "Default: 0.2",
            "Default: 200",
            "Default: 5000"
        }) {
            assertTrue(out.toString().contains(part), part);
        }
    }

    @Test
    void optionsThatWebhooksNamesExist() throws Exception {
        assertEquals(0, run("partner", "--help"));
        assertEquals(0, run("certify-receiver", "--help"));
        String document = Files.readString(Path.of("..", "feed-api", "WEBHOOKS.md"));
        String section = document.substring(document.indexOf("## Trying it out"));
        List<String> options = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+")
                .matcher(section)
                .results()
                .map(MatchResult::group)
                .filter(option -> !option.equals("--help"))
                .toList();

        assertTrue(options.size() > 10, options::toString);
        for (String option : options) {
            assertTrue(out.toString().contains(option), option);
        }
    }

    @Test
    void serverThatDoesNotComeUpFailsTheRunWithItsLogAndTheSeed() {
        assertEquals(1, run("fleet", "--server", "echo no such luck >&2; false", "--seed", "5"));
        assertTrue(err.toString().contains("seed 5") && err.toString().contains("no such luck"), err::toString);
    }
}
