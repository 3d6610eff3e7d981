package io.bellwire.device.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest {
    private static final DeviceState SEVEN =
            new DeviceState(new DeviceCursor("k3v9x2m4qd", 7), Map.of("order-1", 2L), 7);
    private static final DeviceState EIGHT =
            new DeviceState(new DeviceCursor("k3v9x2m4qd", 8, ".0k3f9x2"), Map.of("order-1", 3L), 8);

    @TempDir
    Path folder;

    private FileStateStore open = new FileStateStore(Path.of("none"));

    /** The store of the next process: the one before has ended. */
    private StateStore store() {
        open.close();
        open = new FileStateStore(folder.resolve("grill.json"));
        return open;
    }

    @AfterEach
    void close() {
        open.close();
    }

    /** Another process with the state file {@code args[0]}; prints what it gets. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] args) throws Exception {
            try {
                System.out.println(new FileStateStore(Path.of(args[0])).load().applied());
                System.out.println(System.in.read());
            } catch (IOException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    private Process otherProcess() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        folder.resolve("grill.json").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    @Timeout(60)
    void secondProcessOnOneStateFileIsRefusedUntilTheFirstHasDied() throws Exception {
        store().save(SEVEN, List.of());
        Process refused = otherProcess();
        try (BufferedReader lines = refused.inputReader()) {
            assertEquals(
                    "state file " + folder.resolve("grill.json")
                            + " is used by another device: each needs a file of its own",
                    lines.readLine());
        }
        open.close();

        Process other = otherProcess();
        try (BufferedReader lines = other.inputReader()) {
            assertEquals("7", lines.readLine());
            assertThrows(IOException.class, () -> store().load());
            assertThrows(IOException.class, () -> store().save(EIGHT, List.of()));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertEquals(SEVEN, store().load());
    }

    @Test
    void secondStoreOfOneProcessIsRefusedAndDoesNotReleaseTheFirst() throws Exception {
        store().save(SEVEN, List.of());
        for (int i = 0; i < 2; i++) {
            FileStateStore second = new FileStateStore(folder.resolve("grill.json"));
            assertThrows(IOException.class, second::load);
            second.close();
        }
        assertEquals(SEVEN, open.load());
        open.close();
        assertEquals(SEVEN, store().load());
    }

    @Test
    void stateOfANewDeviceIsFresh() throws IOException {
        assertEquals(DeviceState.FRESH, store().load());
    }

    @Test
    void lastSavedStateIsLoadedByTheNextProcess() throws IOException {
        store().save(DeviceState.FRESH, List.of());
        assertEquals(DeviceState.FRESH, store().load());
        store().save(SEVEN, List.of());
        store().save(EIGHT, List.of());

        assertEquals(EIGHT, store().load());
    }

    @Test
    void processThatDiesWhileItWritesLeavesTheOldState() throws IOException {
        store().save(SEVEN, List.of());
        byte[] complete = Files.readAllBytes(folder.resolve("grill.json"));
        for (int length = 0; length <= complete.length; length++) {
            Files.write(folder.resolve("grill.json.new"), java.util.Arrays.copyOf(complete, length));

            assertEquals(SEVEN, store().load());
        }
        store().save(EIGHT, List.of());
        assertEquals(EIGHT, store().load());
    }

    @Test
    void saveThatFailsLeavesTheOldState() throws IOException {
        store().save(SEVEN, List.of());
        Files.createDirectory(folder.resolve("grill.json.new"));

        assertThrows(IOException.class, () -> store().save(EIGHT, List.of()));
        assertEquals(SEVEN, store().load());
    }

    @Test
    void fileThatIsNotAStateIsRefusedByName() throws IOException {
        for (String bad : new String[] {"", "null", "{", "[]", "{\"format\":2}", "{\"format\":1,\"cursor\":\"x\"}"}) {
            Files.writeString(folder.resolve("grill.json"), bad);

            IOException refused = assertThrows(IOException.class, () -> store().load(), bad);
            assertTrue(refused.getMessage().contains("grill.json"), refused::getMessage);
        }
    }

    @Test
    void onlyTheOwnerMayReadTheFilesOfAState() throws IOException {
        store().save(SEVEN, List.of());
        for (String name : List.of("grill.json", "grill.json.lock")) {
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve(name)),
                    name);
        }
    }
}
