package io.bellwire.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverJournalFile;
import io.bellwire.receiver.ReceiverKey;
import io.bellwire.receiver.ReceiverObserver;
import io.bellwire.receiver.ReceiverSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Checks the table, the file and the exit code of {@code sim certify-receiver}, against {@code sim partner}'s receiver. */
class CertifyReceiverCommandTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int certify(ReceiverSettings settings, String... more) throws IOException {
        try (ReceiverJournalFile journal = ReceiverJournalFile.open(folder.resolve("acme.jsonl"));
                PartnerReceiver receiver = new PartnerReceiver(
                        settings,
                        new PartnerReceiver.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                        journal,
                        null,
                        ReceiverObserver.NONE,
                        new SplittableRandom(7),
                        Clock.systemUTC())) {
            CommandLine line = Sim.commandLine();
            line.setOut(new PrintWriter(out));
            line.setErr(new PrintWriter(out));
            Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
            String[] args = {"certify-receiver", "--url", receiver.url().toString(), "--secret-file", secret.toString()
            };
            return line.execute(java.util.stream.Stream.of(args, more)
                    .flatMap(java.util.Arrays::stream)
                    .toArray(String[]::new));
        }
    }

    @Test
    void receiverOfThisModuleIsRight() throws IOException {
        assertEquals(0, certify(ReceiverSettings.of(ReceiverKey.parse(SECRET))), out::toString);

        assertTrue(out.toString().contains("29 of 29 cases passed"), out::toString);
        assertTrue(out.toString().contains("Not to be seen from outside"), out::toString);
    }

    @Test
    void wrongReceiverIsShownInTheTableAndTheFile() throws IOException {
        Path json = folder.resolve("outcome.json");
        ReceiverSettings careless = new ReceiverSettings(List.of(), false, "", ReceiverFaults.NONE);

        int code = certify(careless, "--only", "wrong-signature-refused,test-received", "--json", json.toString());

        assertEquals(1, code, out::toString);
        assertTrue(out.toString().contains("expected 4xx to a call with a wrong signature; came 204"), out::toString);
        JsonNode outcome = new ObjectMapper().readTree(Files.readString(json));
        assertFalse(outcome.path("passed").asBoolean());
        assertEquals("test-received", outcome.path("cases").path(0).path("id").asText());
    }
}
