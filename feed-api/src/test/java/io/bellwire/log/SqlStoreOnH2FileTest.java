package io.bellwire.log;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqlStoreOnH2FileTest {
    abstract static class OnFile extends SqlStoreContract {
        @TempDir
        Path folder;

        @Override
        Database open() {
            return Database.h2File(folder, 3);
        }
    }

    @Nested
    class SyncedToDisk extends OnFile {}

    @Nested
    class HandedToTheOperatingSystem extends OnFile {
        @Override
        Durability durability() {
            return Durability.PROCESS;
        }
    }
}
