package io.bellwire.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverClocks;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Checks the table, the file and the exit code of {@code sim certify-receiver}, against {@code sim partner}'s receiver. */
class CertifyReceiverCommandTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int certifyWithSecret(ReceiverSettings settings, String... more) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        return certify(
                settings,
                Stream.concat(Stream.of("--secret-file", secret.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private int certify(ReceiverSettings settings, String... more) throws IOException {
        try (ReceiverJournalFile journal = ReceiverJournalFile.open(folder.resolve("acme.jsonl"));
                PartnerReceiver receiver = new PartnerReceiver(
                        settings,
                        new PartnerReceiver.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                        journal,
                        null,
                        ReceiverObserver.NONE,
                        new SplittableRandom(7),
                        ReceiverClocks.of(Clock.systemUTC(), System::nanoTime))) {
            CommandLine line = Sim.commandLine();
            line.setOut(new PrintWriter(out));
            line.setErr(new PrintWriter(out));
            String[] args = {"certify-receiver", "--url", receiver.url().toString()};
            return line.execute(
                    Stream.of(args, more).flatMap(java.util.Arrays::stream).toArray(String[]::new));
        }
    }

    @Test
    void receiverOfThisModuleIsRight() throws IOException {
        assertEquals(0, certifyWithSecret(ReceiverSettings.of(ReceiverKey.parse(SECRET))), out::toString);

        assertTrue(out.toString().contains("29 of 29 cases passed"), out::toString);
        assertTrue(out.toString().contains("Not to be seen from outside"), out::toString);
    }

    @Test
    void wrongReceiverIsShownInTheTableAndTheFile() throws IOException {
        Path json = folder.resolve("outcome.json");
        ReceiverSettings careless = new ReceiverSettings(List.of(), false, "", ReceiverFaults.NONE);

        int code = certifyWithSecret(
                careless, "--only", "wrong-signature-refused,test-received", "--json", json.toString());

        assertEquals(1, code, out::toString);
        assertTrue(out.toString().contains("expected 4xx to a call with a wrong signature; came 204"), out::toString);
        JsonNode outcome = new ObjectMapper().readTree(Files.readString(json));
        assertFalse(outcome.path("passed").asBoolean());
        assertEquals("test-received", outcome.path("cases").path(0).path("id").asText());
    }

    /** Nobody but Bellwire has the private key of an endpoint, so the receiver gets another public key for the check. */
    @Test
    void receiverWithAPublicKeyIsCheckedWithAPairOfItsOwn() throws IOException {
        Path pair = folder.resolve("pair");
        ReceiverSettings unknown = ReceiverSettings.of(ReceiverKey.parse(SECRET));
        assertEquals(0, certify(unknown, "--key-pair-file", pair.toString()), out::toString);
        String made = Files.readAllLines(pair).get(1);
        assertTrue(out.toString().contains("Have the receiver verify with " + made), out::toString);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pair)));

        ReceiverSettings known = ReceiverSettings.of(ReceiverKey.parse(made));
        assertEquals(0, certify(known, "--key-pair-file", pair.toString()), out::toString);
        assertTrue(out.toString().contains("29 of 29 cases passed"), out::toString);
        assertFalse(out.toString().contains("whsk_"), out::toString);
        assertEquals(1, certify(unknown, "--key-pair-file", pair.toString()), out::toString);

        assertEquals(2, certifyWithSecret(known, "--key-pair-file", pair.toString()), out::toString);
        Files.writeString(pair, "whsec_nothing");
        assertEquals(2, certify(known, "--key-pair-file", pair.toString()), out::toString);
    }
}
