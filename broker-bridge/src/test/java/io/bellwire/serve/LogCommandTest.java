package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code serve} that work on a data folder. */
class LogCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... args) {
        return LogCommand.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private String refusal(String... args) {
        return String.valueOf(
                assertThrows(ConfigurationException.class, () -> run(args)).getMessage());
    }

    @Test
    void backupOfARunningServerIsRestoredWithANewEpochAndLosesNothing() throws Exception {
        Path backup = folder.resolve("backup");
        Path restored = folder.resolve("restored");
        String secret;
        String cursor;
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(data()))) {
            TestOperator operator = new TestOperator(bellwire);
            secret = operator.register("grill");
            operator.order("grill");
            operator.order("grill");
            assertEquals(0, run("backup", backup.toString(), "--data-dir", data().toString()));
            operator.order("grill"); // after the backup
            cursor = operator.cursor("grill", secret);
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(backup.resolve("operator-token"))));
        assertEquals(0, run("restore", backup.toString(), "--data-dir", restored.toString()));
        assertEquals(0, run("check", "--data-dir", restored.toString()));
        assertTrue(printed().contains("all is well"), printed());

        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(restored))) {
            TestOperator operator = new TestOperator(bellwire);
            assertEquals(410, operator.feedStatus("grill", secret, cursor), "a cursor of the old epoch is refused");
            assertEquals(2, operator.feed("grill", secret, "").size());
            operator.order("grill");
            assertEquals(3, operator.feed("grill", secret, "").size());
        }
    }

    @Test
    void checkNamesTheDamagedFileAndPosition() throws IOException {
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(data()))) {
            TestOperator operator = new TestOperator(bellwire);
            operator.register("grill");
            operator.order("grill");
        }
        assertEquals(0, run("check", "--data-dir", data().toString()));
        try (RandomAccessFile file = new RandomAccessFile(
                data().resolve("log").resolve("0000000001.log").toFile(), "rw")) {
            file.seek(200);
            int original = file.read();
            file.seek(200);
            file.write(original ^ 4);
        }
        assertEquals(1, run("check", "--data-dir", data().toString()));
        assertTrue(printed().contains("WRONG: 0000000001.log at byte "), printed());
    }

    @Test
    void commandThatCannotRunGivesAReason() throws IOException {
        assertTrue(refusal("check", "--data-dir", data().toString()).contains("there is no log in " + data()));
        assertTrue(refusal("backup", "--data-dir", data().toString()).contains("needs the folder of the backup"));
        assertTrue(refusal("check").contains("--data-dir"));
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(data()))) {
            assertEquals(200, new TestOperator(bellwire).status("/readyz"));
            assertTrue(refusal("check", "--data-dir", data().toString()).contains("is in use by another server"));
            assertEquals(0, run("backup", folder.resolve("b").toString(), "--data-dir", data().toString()));
        }
        assertTrue(refusal("backup", folder.resolve("b").toString(), "--data-dir", data().toString())
                .contains("is not empty"));
        assertTrue(refusal("restore", folder.resolve("b").toString(), "--data-dir", data().toString())
                .contains("is not empty"));
    }
}
