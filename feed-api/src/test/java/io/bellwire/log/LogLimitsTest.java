package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A limit that would stop the log is refused, and names itself. */
class LogLimitsTest {
    private static final long MIB = 1 << 20;

    @Test
    void leastLimitsAreTakenAndLessIsRefusedByName() {
        LogLimits least = new LogLimits(1, 1, 1, 0, 1, 1, 1_024, MIB);

        assertEquals(0, least.recentBytesMax());
        expectRefused("limit of queued writes must be at least 1, is 0", 0, 1, 1, 0, 1, 1, 1_024, MIB);
        expectRefused("limit of queued bytes must be at least 1, is 0", 1, 0, 1, 0, 1, 1, 1_024, MIB);
        expectRefused("limit of writes in a batch must be at least 1, is 0", 1, 1, 0, 0, 1, 1, 1_024, MIB);
        expectRefused("memory for recent changes must not be negative, is -1", 1, 1, 1, -1, 1, 1, 1_024, MIB);
        expectRefused("limit of readers must be at least 1, is 0", 1, 1, 1, 0, 0, 1, 1_024, MIB);
        expectRefused("limit of queued reads must be at least 1, is 0", 1, 1, 1, 0, 1, 0, 1_024, MIB);
        expectRefused("memory for indexes must be at least 1024, is 1023", 1, 1, 1, 0, 1, 1, 1_023, MIB);
        expectRefused("free bytes of the disk must be at least 1048576, are 1048575", 1, 1, 1, 0, 1, 1, 1_024, MIB - 1);
    }

    private static void expectRefused(
            String message,
            int queuedWrites,
            long queuedBytes,
            int groupWrites,
            long recentBytes,
            int readers,
            int queuedReads,
            long indexBytes,
            long diskFreeBytes) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new LogLimits(
                                        queuedWrites,
                                        queuedBytes,
                                        groupWrites,
                                        recentBytes,
                                        readers,
                                        queuedReads,
                                        indexBytes,
                                        diskFreeBytes))
                        .getMessage());
    }

    @Test
    void eachLimitIsChangedWithoutTheOthers() {
        LogLimits limits = new LogLimits(2, 3, 4, 5, 6, 7, 8_192, 9 * MIB);

        assertEquals(new LogLimits(1, 3, 4, 5, 6, 7, 8_192, 9 * MIB), limits.withQueuedWritesMax(1));
        assertEquals(new LogLimits(2, 3, 4, 1, 6, 7, 8_192, 9 * MIB), limits.withRecentBytesMax(1));
        assertEquals(new LogLimits(2, 3, 4, 5, 6, 7, 1_024, 9 * MIB), limits.withIndexBytesMax(1_024));
        assertEquals(new LogLimits(2, 3, 4, 5, 6, 7, 8_192, MIB), limits.withDiskFreeBytesMin(MIB));
    }

    @Test
    void diskIsFullBelowItsLeastFreeBytesAndNotAtThem() {
        assertEquals(Optional.empty(), DiskFullException.problem("/data", 100, 100));
        String problem = DiskFullException.problem("/data", 99, 100).orElseThrow();
        assertTrue(problem.contains("the disk of /data is full: less than 100 bytes are free"), problem);
        DiskFullException.requireFree("/data", 100, 100);
        assertEquals(
                problem,
                assertThrows(DiskFullException.class, () -> DiskFullException.requireFree("/data", 99, 100))
                        .getMessage());
    }
}
