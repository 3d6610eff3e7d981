package io.bellwire.device.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest {
    private static final DeviceState SEVEN =
            new DeviceState(new DeviceCursor("k3v9x2m4qd", 7), Map.of("order-1", 2L), 7);
    private static final DeviceState EIGHT =
            new DeviceState(new DeviceCursor("k3v9x2m4qd", 8, ".0k3f9x2"), Map.of("order-1", 3L), 8);

    @TempDir
    Path folder;

    private StateStore store() {
        return new FileStateStore(folder.resolve("grill.json"));
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
        for (String bad : new String[] {"", "{", "[]", "{\"format\":2}", "{\"format\":1,\"cursor\":\"x\"}"}) {
            Files.writeString(folder.resolve("grill.json"), bad);

            IOException refused = assertThrows(IOException.class, () -> store().load(), bad);
            assertTrue(refused.getMessage().contains("grill.json"), refused::getMessage);
        }
    }
}
