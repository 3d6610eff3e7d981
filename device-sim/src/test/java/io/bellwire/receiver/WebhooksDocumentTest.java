package io.bellwire.receiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the examples of WEBHOOKS.md, as they stand there, on good and forged calls, and compares its table of cases with
 * the cases. Examples in JavaScript and Python are skipped where there is no node or python3.
 */
@Timeout(120)
class WebhooksDocumentTest {
    private static final String SECRET = CallFixture.SECRET;
    private static final long NOW = 1_795_680_000;
    private static final int EXAMPLE_LINES_MAX = 14;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static String document() throws IOException {
        return Files.readString(Path.of("..", "feed-api", "WEBHOOKS.md"));
    }

    private static String example(String language) throws IOException {
        String start = "```" + language + "\n";
        String text = document();
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf("```", from));
    }

    /** One question to an example, and the right answer. */
    private record Question(
            String what, String body, String id, String timestamp, String signatures, long now, boolean isValid) {}

    private static List<Question> questions() {
        String body = "{\"name\":\"Jürgen\"}";
        String good = sign(SECRET, "a", NOW, body);
        String wrong = sign(CallFixture.OTHER_SECRET, "a", NOW, body);
        String at = String.valueOf(NOW);
        return List.of(
                new Question("good", body, "a", at, good, NOW, true),
                new Question("empty body", "", "a", at, sign(SECRET, "a", NOW, ""), NOW, true),
                new Question("second of two", body, "a", at, wrong + " " + good, NOW, true),
                new Question("first of three", body, "a", at, good + " v9,QUJD v1a,QUJD", NOW, true),
                new Question("5 minutes old", body, "a", at, good, NOW + 300, true),
                new Question("more than 5 minutes old", body, "a", at, good, NOW + 301, false),
                new Question("5 minutes ahead", body, "a", at, good, NOW - 300, true),
                new Question("more than 5 minutes ahead", body, "a", at, good, NOW - 301, false),
                new Question("other secret", body, "a", at, wrong, NOW, false),
                new Question("tampered body", body.replace("J", "j"), "a", at, good, NOW, false),
                new Question("longer body", body + "\n", "a", at, good, NOW, false),
                new Question("other id", body, "b", at, good, NOW, false),
                new Question("other timestamp", body, "a", String.valueOf(NOW + 1), good, NOW, false),
                new Question("no signature", body, "a", at, "", NOW, false),
                new Question("no timestamp", body, "a", "", good, NOW, false),
                new Question("timestamp that is none", body, "a", "0x1", good, NOW, false),
                new Question(
                        "timestamp of two lines", body, "a", at + "\n", sign(SECRET, "a", at + "\n", body), NOW, false),
                new Question("half a signature", body, "a", at, good.substring(0, 20), NOW, false),
                new Question("signature and more", body, "a", at, good + "A", NOW, false),
                new Question("version of another kind", body, "a", at, good.replace("v1,", "v1a,"), NOW, false),
                new Question("no version", body, "a", at, good.substring(3), NOW, false),
                new Question("not ASCII", body, "a", at, "v1,ü", NOW, false));
    }

    private static String sign(String secret, String id, long timestamp, String body) {
        return new CallSigner(secret).sign(id, timestamp, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String sign(String secret, String id, String timestamp, String body) {
        ReceiverKey.Shared key = (ReceiverKey.Shared) ReceiverKey.parse(secret);
        return "v1,"
                + java.util.Base64.getEncoder()
                        .encodeToString(
                                key.sign(CallSigner.signedText(id, timestamp, body.getBytes(StandardCharsets.UTF_8))));
    }

    private static void assertAnswers(List<Boolean> answers) {
        List<Question> questions = questions();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            if (answers.get(i) != questions.get(i).isValid()) {
                wrong.add(questions.get(i).what());
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void exampleInJavaVerifies() throws Exception {
        String imports = "import java.nio.charset.*; import java.security.*; import java.util.*; import javax.crypto.*;"
                + " import javax.crypto.spec.*;\npublic class Example {\npublic ";
        Path source = Files.writeString(folder.resolve("Example.java"), imports + example("java") + "}\n");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, "-d", folder.toString(), source.toString()));

        List<Boolean> answers = new ArrayList<>();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            Method isValid = classes.loadClass("Example")
                    .getMethod(
                            "isValid",
                            byte[].class,
                            String.class,
                            String.class,
                            String.class,
                            String.class,
                            long.class);
            for (Question one : questions()) {
                answers.add((Boolean) isValid.invoke(
                        null,
                        one.body().getBytes(StandardCharsets.UTF_8),
                        one.id(),
                        one.timestamp(),
                        one.signatures(),
                        SECRET,
                        one.now()));
            }
        }
        assertAnswers(answers);
    }

    @Test
    void exampleInJavaScriptVerifies() throws Exception {
        String driver = "\nconst questions = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n"
                + "console.log(JSON.stringify(questions.map((q) => isValid(Buffer.from(q.body), q.id, q.timestamp,"
                + " q.signatures, q.secret, q.now))));\n";

        assertAnswers(run(List.of("node"), "example.js", example("javascript") + driver));
    }

    @Test
    void exampleInPythonVerifies() throws Exception {
        String driver = "\nimport json, sys\n"
                + "print(json.dumps([is_valid(q['body'].encode(), q['id'], q['timestamp'], q['signatures'],"
                + " q['secret'], q['now']) for q in json.load(sys.stdin)]))\n";

        assertAnswers(run(List.of("python3"), "example.py", example("python") + driver));
    }

    private List<Boolean> run(List<String> command, String name, String script) throws Exception {
        List<Map<String, Object>> asked = questions().stream()
                .map(one -> Map.<String, Object>of(
                        "body", one.body(),
                        "id", one.id(),
                        "timestamp", one.timestamp(),
                        "signatures", one.signatures(),
                        "secret", SECRET,
                        "now", one.now()))
                .toList();
        Path input = folder.resolve("questions.json");
        JSON.writeValue(input.toFile(), asked);
        List<String> words = new ArrayList<>(command);
        words.add(Files.writeString(folder.resolve(name), script).toString());
        Optional<Process> started = start(words, input);
        assumeTrue(started.isPresent(), "no " + command);
        Process process = started.orElseThrow();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String out = Files.readString(folder.resolve("out"));
        assertEquals(0, process.exitValue(), out);
        List<Boolean> answers = new ArrayList<>();
        JSON.readTree(out).forEach(answer -> answers.add(answer.asBoolean()));
        return answers;
    }

    private Optional<Process> start(List<String> words, Path input) {
        try {
            return Optional.of(new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .start());
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }

    @Test
    void examplesAreShortAndCompareInConstantTime() throws IOException {
        Map<String, String> comparisons = Map.of(
                "java", "MessageDigest.isEqual(", "javascript", "timingSafeEqual(", "python", "hmac.compare_digest(");
        for (Map.Entry<String, String> one : comparisons.entrySet()) {
            String text = example(one.getKey());

            assertTrue(text.lines().count() <= EXAMPLE_LINES_MAX, text);
            assertTrue(text.contains(one.getValue()), text);
            assertFalse(Pattern.compile("signature\\)?\\.equals|equals\\(signature|signature ===? |=== ?signature")
                    .matcher(text)
                    .find());
        }
    }

    @Test
    void vectorOfTheDocumentIsRight() throws IOException {
        Map<String, String> vector = Pattern.compile("(?m)^(secret|id|timestamp|body|signature) {2,}(.*)$")
                .matcher(document())
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        assertEquals(5, vector.size());
        ReceivedRequest call = CallFixture.request(
                Map.of(
                        "webhook-id", vector.get("id"),
                        "webhook-timestamp", vector.get("timestamp"),
                        "webhook-signature", vector.get("signature")),
                vector.get("body"));

        SignatureVerifier verifier =
                new SignatureVerifier(List.of(ReceiverKey.parse(vector.get("secret"))), Duration.ofMinutes(5));

        assertEquals(
                Optional.empty(),
                verifier.refusal(call, Instant.ofEpochSecond(Long.parseLong(vector.get("timestamp")))));
    }

    @Test
    void tableOfTheDocumentIsTheListOfCases() throws IOException {
        String rows = document()
                .lines()
                .filter(line -> line.matches("\\| \\d+ \\| `.*"))
                .collect(Collectors.joining("\n"));

        assertEquals(
                ReceiverCertifier.ALL.stream()
                        .map(one -> "| " + one.number() + " | `" + one.id() + "` | " + one.rule() + " |")
                        .collect(Collectors.joining("\n")),
                rows);
    }

    /** Links within the repository lead somewhere. */
    @Test
    void filesThatAreLinkedExist() throws IOException {
        Matcher links = Pattern.compile("\\]\\(([^)#]+)").matcher(document());
        int found = 0;
        while (links.find()) {
            if (URI.create(links.group(1)).getScheme() == null) {
                found++;
                assertTrue(Files.exists(Path.of("..", "feed-api", links.group(1))), links.group(1));
            }
        }
        assertTrue(found >= 1);
    }
}
