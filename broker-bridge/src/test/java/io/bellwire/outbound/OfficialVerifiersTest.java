package io.bellwire.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.bellwire.webhook.WebhookKeyPair;
import io.bellwire.webhook.WebhookSecret;
import io.bellwire.webhook.WebhookSignature;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official libraries of Standard Webhooks, unchanged, verify what we sign, and refuse it if anything is changed. That
 * in JavaScript is on no Maven repository: its test runs where there are {@code node} and {@code npm}, which installs it
 * for the test. Where {@code npm} reaches no registry, the environment variable {@code BELLWIRE_NODE_MODULES} may name a
 * folder that has it. The test is skipped elsewhere.
 */
@Timeout(180)
class OfficialVerifiersTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String NODE_MODULES = "BELLWIRE_NODE_MODULES";
    private static final String LIBRARY = "standardwebhooks";
    private static final String LIBRARY_VERSION = "1.1.1";
    private static final String BODY = "{\"text\":\"ä€😀\",\"n\":1}";

    /** Prints for each line of JSON whether the library verifies it. */
    private static final String SCRIPT = """
            const { Webhook } = require("standardwebhooks");
            const lines = require("fs").readFileSync(0, "utf8").split("\\n").filter(line => line);
            for (const line of lines) {
                const webhook = JSON.parse(line);
                try {
                    new Webhook(webhook.secret).verify(webhook.body, webhook.headers);
                    console.log("verified");
                } catch (error) {
                    console.log(error.name);
                }
            }
            """;

    /** A webhook as a receiver gets it, and what the receiver must make of it. */
    private record Received(String what, String secret, Map<String, String> headers, String body, boolean isGenuine) {
        Map<String, List<String>> headerLists() {
            Map<String, List<String>> lists = new LinkedHashMap<>();
            headers.forEach((name, value) -> lists.put(name, List.of(value)));
            return lists;
        }
    }

    private static Map<String, String> headers(String id, long timestamp, String signature) {
        return Map.of("webhook-id", id, "webhook-timestamp", String.valueOf(timestamp), "webhook-signature", signature);
    }

    private static List<Received> received() {
        long now = Instant.now().getEpochSecond();
        WebhookSecret secret = WebhookSecret.draw(RANDOM);
        WebhookSecret other = WebhookSecret.draw(RANDOM);
        WebhookKeyPair pair = WebhookKeyPair.draw(RANDOM);
        byte[] body = BODY.getBytes(UTF_8);
        String signed = WebhookSignature.of("epoch-17", now, body, List.of(secret));
        String rotating = WebhookSignature.of("epoch-17", now, body, List.of(other, pair, secret));
        String text = secret.text();
        List<Received> all = new ArrayList<>();
        all.add(new Received("one signature", text, headers("epoch-17", now, signed), BODY, true));
        all.add(new Received("several, own one last", text, headers("epoch-17", now, rotating), BODY, true));
        all.add(new Received("several, own one first", other.text(), headers("epoch-17", now, rotating), BODY, true));
        all.add(new Received("other secret", other.text(), headers("epoch-17", now, signed), BODY, false));
        all.add(new Received("other body", text, headers("epoch-17", now, signed), BODY + " ", false));
        all.add(new Received("other id", text, headers("epoch-18", now, signed), BODY, false));
        all.add(new Received("other time", text, headers("epoch-17", now + 1, signed), BODY, false));
        all.add(new Received(
                "only the public key's",
                text,
                headers("epoch-17", now, WebhookSignature.of("epoch-17", now, body, List.of(pair))),
                BODY,
                false));
        all.add(new Received(
                "too old",
                text,
                headers("epoch-17", now - 400, WebhookSignature.of("epoch-17", now - 400, body, List.of(secret))),
                BODY,
                false));
        all.add(new Received(
                "version changed", text, headers("epoch-17", now, signed.replace("v1,", "v2,")), BODY, false));
        return all;
    }

    @Test
    void libraryInJavaVerifiesWhatWeSign() throws Exception {
        for (Received webhook : received()) {
            Webhook library = new Webhook(webhook.secret());
            if (webhook.isGenuine()) {
                assertDoesNotThrow(() -> library.verify(webhook.body(), webhook.headerLists()), webhook.what());
            } else {
                assertThrows(
                        WebhookVerificationException.class,
                        () -> library.verify(webhook.body(), webhook.headerLists()),
                        webhook.what());
            }
        }
    }

    /** Has {@code npm} install the library. Returns where packages are, of which there may be none: then the library is not there. */
    private static Path install(Path folder) throws InterruptedException {
        String[] command = {
            "npm",
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--fetch-retries=0",
            LIBRARY + "@" + LIBRARY_VERSION
        };
        try {
            Process npm = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (npm.waitFor(60, TimeUnit.SECONDS) && npm.exitValue() == 0) {
                return folder.resolve("node_modules");
            }
            npm.descendants().forEach(ProcessHandle::destroyForcibly);
            npm.destroyForcibly();
        } catch (IOException e) {
            // there is no npm
        }
        return folder;
    }

    @Test
    void libraryInJavaScriptVerifiesWhatWeSign(@TempDir Path folder) throws Exception {
        String given = System.getenv(NODE_MODULES);
        Path modules = given == null ? install(folder) : Path.of(given);
        assumeTrue(
                Files.isDirectory(modules.resolve(LIBRARY)),
                "npm has not installed the library, and " + NODE_MODULES + " names no folder with it");
        List<Received> all = received();
        ProcessBuilder builder = new ProcessBuilder("node", "-e", SCRIPT).redirectErrorStream(true);
        builder.environment().put("NODE_PATH", modules.toString());
        Process node = builder.start();
        try (OutputStream input = node.getOutputStream()) {
            ObjectMapper json = new ObjectMapper();
            for (Received webhook : all) {
                input.write(json.writeValueAsBytes(
                        Map.of("secret", webhook.secret(), "headers", webhook.headers(), "body", webhook.body())));
                input.write('\n');
            }
        }

        List<String> verdicts =
                new String(node.getInputStream().readAllBytes(), UTF_8).lines().toList();

        assertEquals(true, node.waitFor(60, TimeUnit.SECONDS));
        for (int i = 0; i < all.size(); i++) {
            assertEquals(
                    all.get(i).isGenuine() ? "verified" : "WebhookVerificationError",
                    i < verdicts.size() ? verdicts.get(i) : "nothing",
                    all.get(i).what());
        }
        assertEquals(all.size(), verdicts.size(), verdicts::toString);
    }
}
