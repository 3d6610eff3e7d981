package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.List;
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
        assertFalse(Files.exists(backup.resolve("settings-key")), "it is kept apart from backups");
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
    void damagedLogIsRefusedByTheServerAndRepairedWithTheLossOfOneOrder() throws IOException {
        Path repaired = folder.resolve("repaired");
        String secret;
        String cursor;
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(data()))) {
            TestOperator operator = new TestOperator(bellwire);
            secret = operator.register("grill");
            operator.order("grill", "espresso");
            operator.order("grill", "lungo");
            operator.order("grill", "ristretto");
            cursor = operator.cursor("grill", secret);
        }
        Path segment = data().resolve("log").resolve("0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("lungo")] ^= 1;
        Files.write(segment, bytes);
        String refusal = String.valueOf(
                assertThrows(ConfigurationException.class, () -> Bellwire.start(BellwireOptions.inFolder(data())))
                        .getMessage());
        assertTrue(refusal.contains("0000000001.log at byte") && refusal.contains("scripts/serve repair"), refusal);

        assertEquals(1, run("repair", "--data-dir", data().toString(), "--to", repaired.toString()));

        assertTrue(
                printed().matches("(?s).*LOST: record \\d+: 0000000001.log from byte \\d+ to byte \\d+\n.*"),
                printed());
        assertTrue(printed().contains("LOST: of the feed devices/grill the changes 2\n"), printed());
        assertArrayEquals(bytes, Files.readAllBytes(segment), "the damaged log is as it was");
        for (String name : List.of("operator-token", "settings-key")) {
            assertArrayEquals(Files.readAllBytes(data().resolve(name)), Files.readAllBytes(repaired.resolve(name)));
        }
        assertEquals(0, run("check", "--data-dir", repaired.toString()));
        assertTrue(refusal("repair", "--data-dir", data().toString(), "--to", repaired.toString())
                .contains("there is a log in " + repaired));
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(repaired))) {
            TestOperator operator = new TestOperator(bellwire);
            assertEquals(410, operator.feedStatus("grill", secret, cursor), "a cursor of the old epoch is refused");
            assertEquals(410, operator.feedStatus("grill", secret, ""), "so is the beginning: not all is left");
            String earliest = operator.earliest("grill", secret);
            assertEquals(
                    List.of("espresso", "ristretto"),
                    operator.feed("grill", secret, earliest).findValuesAsText("recipe_id"));
            operator.order("grill");
            assertEquals(3, operator.feed("grill", secret, earliest).size());
        }
    }

    @Test
    void commandThatCannotRunGivesAReason() throws IOException {
        assertTrue(refusal("check", "--data-dir", data().toString()).contains("there is no log in " + data()));
        assertTrue(refusal("backup", "--data-dir", data().toString()).contains("needs the folder of the backup"));
        assertTrue(refusal("check").contains("--data-dir"));
        assertTrue(
                refusal("check", "--data-dir", data().toString(), "--to", "x").contains("has no option --to"));
        assertTrue(refusal("repair", "--data-dir", data().toString()).contains("needs --data-dir, --to"));
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
