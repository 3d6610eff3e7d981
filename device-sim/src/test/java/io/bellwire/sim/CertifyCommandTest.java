package io.bellwire.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Checks the table, the file and the exit code of {@code sim certify}. */
@ExtendWith(BellwireExtension.class)
class CertifyCommandTest {
    @TempDir
    Path folder;

    private final Bellwire bellwire;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path token;

    CertifyCommandTest(Bellwire bellwire) {
        this.bellwire = bellwire;
    }

    @BeforeEach
    void writeToken() throws IOException {
        token = Files.writeString(folder.resolve("token"), bellwire.operatorToken() + "\n");
    }

    private int certifyAt(String http, String... more) {
        CommandLine line = Sim.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        String[] args = {
            "certify", "--http", http, "--mqtt", bellwire.mqtt().toString(), "--token-file", token.toString()
        };
        return line.execute(java.util.stream.Stream.of(args, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new));
    }

    private int certify(String... more) {
        return certifyAt(bellwire.http().toString(), more);
    }

    @Test
    void serverThatPassesIsShownInATableAndAFile() throws IOException {
        Path json = folder.resolve("outcome.json");

        int code = certify("--only", "order-minimal,cursor-exact-resumption", "--json", json.toString());

        assertEquals(0, code, err::toString);
        assertTrue(out.toString().contains("  1  cursor-exact-resumption "), out::toString);
        assertTrue(out.toString().contains("2 of 2 cases passed"), out::toString);
        JsonNode outcome = new ObjectMapper().readTree(Files.readString(json));
        assertTrue(outcome.path("passed").asBoolean());
        assertEquals("order-minimal", outcome.path("cases").path(1).path("id").asText());
    }

    @Test
    void caseThatTakesTooLongHasFailed() {
        int code = certify("--only", "signal-rings-again", "--timeout", "1");

        assertEquals(1, code, out::toString);
        assertTrue(
                out.toString().contains("signal-rings-again") && out.toString().contains("FAIL"), out::toString);
        assertTrue(out.toString().contains("0 of 1 cases passed"), out::toString);
    }

    @Test
    void wrongOptionsAreRefusedInOneLine() {
        assertRefused("no such case: order-maximal", certify("--only", "order-maximal"));
        assertRefused("http must be like", certifyAt("ftp://127.0.0.1:1"));
        assertRefused("--timeout must be", certify("--timeout", "0"));
        assertRefused("--colour", certify("--colour", "red"));
        token = folder.resolve("none");
        assertRefused("cannot be read", certify());
    }

    @Test
    void serverThatIsNotThereOrDoesNotKnowTheTokenIsNotCertified() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertRefused("no answer from", certifyAt("http://127.0.0.1:" + free));
        Files.writeString(token, "nobody-has-this-token");
        assertRefused("does not take the token", certify());
    }

    private void assertRefused(String expected, int code) {
        assertEquals(2, code, err::toString);
        assertTrue(err.toString().contains(expected), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
        err.getBuffer().setLength(0);
    }
}
