package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.CrashFolder;
import io.bellwire.segment.DamagedLogException;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.LogFile;
import io.bellwire.segment.LogFolder;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A log in small segments that roll, get indexes and are dropped, under a workload by chance. What is left of its folder by a kill
 * before each single write and in its middle, by power cuts, by full disks and by flipped bits is opened, and looked at.
 */
class SegmentCrashTest {
    private static final long SEGMENT_BYTES = 6_000;
    private static final int STEPS = 340;
    private static final long SEED = 20_261_121;

    private final AtomicLong nanos = new AtomicLong();
    private final Random random = new Random(SEED);

    private SegmentStore open(LogFolder folder, LogWorkload workload) {
        return SegmentStore.open(
                folder,
                new SegmentOptions(Durability.SYNC, SEGMENT_BYTES, 1 << 20, false),
                random,
                () -> nanos.addAndGet(TimeUnit.DAYS.toNanos(1)),
                workload.now().toEpochMilli(),
                Runnable::run);
    }

    private void requireAll(MemoryFolder left, LogWorkload workload, String where) {
        SegmentStore store;
        try {
            store = open(left, workload);
        } catch (RuntimeException e) {
            throw new AssertionError(where + ": it cannot be opened", e);
        }
        try (store) {
            workload.verify(store, where);
        }
    }

    /** Runs the whole workload; {@code before} is called right before each thing that is done to the folder. */
    private void run(LogWorkload workload, CrashFolder[] folder, CrashFolder.Listener before) {
        boolean[] isLooking = new boolean[1];
        folder[0] = new CrashFolder(write -> {
            if (isLooking[0]) {
                before.before(write);
            }
        });
        try (SegmentStore store = open(folder[0], workload)) {
            isLooking[0] = true;
            for (int i = 0; i < STEPS; i++) {
                workload.step(store);
            }
            workload.verify(store, "at the end");
            isLooking[0] = false;
        }
        requireAll(folder[0].killed(), workload, "reopened");
    }

    @Test
    void guarantee1KillBeforeAnyWriteAndInItsMiddleLosesNothing() {
        LogWorkload workload = new LogWorkload(SEED);
        CrashFolder[] folder = new CrashFolder[1];
        AtomicLong looks = new AtomicLong();
        run(workload, folder, write -> {
            String where = "seed " + SEED + ", look " + looks.incrementAndGet();
            requireAll(folder[0].killed(), workload, where);
            if (write != null && write.bytes().length > 1) {
                int length = 1 + random.nextInt(write.bytes().length - 1);
                requireAll(folder[0].killedIn(write, length), workload, where + ", in the middle");
            }
        });
        assertTrue(looks.get() > 1_000, "looks: " + looks);
    }

    @Test
    void guarantee1PowerCutThatKeepsAnyOfTheUnsyncedBlocksLosesNothing() {
        LogWorkload workload = new LogWorkload(SEED + 1);
        CrashFolder[] folder = new CrashFolder[1];
        AtomicLong cuts = new AtomicLong();
        run(
                workload,
                folder,
                write -> requireAll(
                        folder[0].afterPowerCut(random, write),
                        workload,
                        "seed " + (SEED + 1) + ", cut " + cuts.incrementAndGet()));
        assertTrue(cuts.get() > 1_000, "cuts: " + cuts);
    }

    @Test
    void fullDiskRefusesWritesAndKeepsReadingAndGoesOnWhenThereIsRoom() {
        for (int round = 0; round < 60; round++) {
            LogWorkload workload = new LogWorkload(SEED + round);
            CrashFolder folder = new CrashFolder(write -> {});
            String where = "round " + round;
            try (SegmentStore store = open(folder, workload)) {
                folder.limitTo(3_000 + random.nextInt(40_000));
                int refused = 0;
                for (int i = 0; i < STEPS / 2; i++) {
                    refused += workload.tryStep(store) ? 0 : 1;
                }
                assertTrue(refused > 0, where);
                workload.verify(store, where + ", full");
                requireAll(folder.killed(), workload, where + ", killed while full");
                folder.limitTo(Long.MAX_VALUE);
                for (int i = 0; i < 30; i++) {
                    workload.step(store);
                }
                workload.verify(store, where + ", with room again");
            }
            requireAll(folder.killed(), workload, where + ", reopened");
        }
    }

    @Test
    void syncThatFailedIsTheLastOne() {
        LogWorkload workload = new LogWorkload(SEED);
        CrashFolder folder = new CrashFolder(write -> {});
        try (SegmentStore store = open(folder, workload)) {
            for (int i = 0; i < 10; i++) {
                workload.step(store);
            }
            folder.breakSync();
            assertThrows(CommitInDoubtException.class, () -> workload.step(store));
            LogStoreFixture fixture = new LogStoreFixture(store);
            assertThrows(CommitInDoubtException.class, () -> fixture.make(LogStoreFixture.GRILL));
            assertTrue(store.problem().isPresent());
        }
        requireAll(folder.killed(), workload, "reopened");
    }

    @Test
    void folderThatCannotBeSyncedLosesNothing() {
        for (int syncs = 0; syncs < 12; syncs++) {
            LogWorkload workload = new LogWorkload(SEED + syncs);
            CrashFolder folder = new CrashFolder(write -> {});
            MemoryFolder beforeClosing;
            try (SegmentStore store = open(folder, workload)) {
                folder.breakFolderSyncAfter(syncs);
                for (int i = 0; i < STEPS / 3; i++) {
                    boolean unused = workload.tryStep(store);
                }
                beforeClosing = folder.killed();
            }
            requireAll(beforeClosing, workload, "killed after sync " + syncs);
            requireAll(folder.killed(), workload, "reopened after sync " + syncs);
        }
    }

    @Test
    void guarantee1PowerCutAfterTheRestartOfAProcessThatWasKilledBeforeASyncOfTheFolderLosesNothing() {
        for (int syncs = 1; syncs < 12; syncs++) {
            LogWorkload workload = new LogWorkload(SEED + syncs);
            CrashFolder folder = new CrashFolder(write -> {});
            SegmentStore killed = open(folder, workload);
            folder.breakFolderSyncAfter(syncs);
            for (int i = 0; i < STEPS / 3 && killed.problem().isEmpty(); i++) {
                boolean unused = workload.tryStep(killed);
            }
            folder.breakFolderSyncAfter(Integer.MAX_VALUE);
            try (SegmentStore next = open(folder, workload)) {
                for (int i = 0; i < 5; i++) {
                    workload.step(next);
                    requireAll(
                            folder.afterPowerCut(random, null),
                            workload,
                            "killed before sync " + syncs + ", cut after step " + i);
                }
            }
        }
    }

    @Test
    void indexesThatComeLateAreFoundAgain() {
        for (int round = 0; round < 10; round++) {
            LogWorkload workload = new LogWorkload(SEED + round);
            CrashFolder folder = new CrashFolder(write -> {});
            int everyNth = 2 + round;
            AtomicLong tasks = new AtomicLong();
            try (SegmentStore store = SegmentStore.open(
                    folder,
                    new SegmentOptions(Durability.SYNC, SEGMENT_BYTES / 3, 1 << 20, false),
                    random,
                    () -> nanos.addAndGet(TimeUnit.DAYS.toNanos(1)),
                    workload.now().toEpochMilli(),
                    task -> {
                        if (tasks.incrementAndGet() % everyNth == 0) {
                            task.run();
                        }
                    })) {
                for (int i = 0; i < STEPS; i++) {
                    workload.step(store);
                    if (i % 25 == 0) {
                        workload.verify(store, "round " + round + ", step " + i);
                        requireAll(folder.killed(), workload, "round " + round + ", killed after step " + i);
                    }
                }
            }
        }
    }

    private MemoryFolder written(LogWorkload workload) {
        CrashFolder folder = new CrashFolder(write -> {});
        try (SegmentStore store = open(folder, workload)) {
            for (int i = 0; i < STEPS; i++) {
                workload.step(store);
            }
        }
        return folder.killed();
    }

    private static void flip(LogFolder folder, String name, long place, int bit) throws IOException {
        try (LogFile file = folder.open(name)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            int unused = file.read(one, place);
            file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ (1 << bit))}), place);
        }
    }

    @Test
    void flippedBitIsToldAndNeverServed() throws IOException {
        LogWorkload workload = new LogWorkload(SEED);
        MemoryFolder whole = written(workload);
        List<String> names = whole.list().stream()
                .filter(name -> name.endsWith(".log") || name.endsWith(".idx"))
                .toList();
        int told = 0;
        for (int i = 0; i < 600; i++) {
            MemoryFolder folder = whole.copy();
            String name = names.get(random.nextInt(names.size()));
            long place;
            try (LogFile file = folder.open(name)) {
                place = (long) (random.nextDouble() * file.size());
            }
            flip(folder, name, place, random.nextInt(Byte.SIZE));
            String where = name + " at " + place;
            List<String> notes = new ArrayList<>();
            List<String> problems = LogCheck.run(folder, notes::add).problems();
            if (name.endsWith(".log")) {
                assertTrue(problems.stream().anyMatch(problem -> problem.contains(name)), where + ": " + problems);
            }
            try (SegmentStore store = open(folder, workload)) {
                workload.verify(store, where); // what can be read is as it was written
            } catch (DamagedLogException e) {
                told++;
            }
        }
        assertTrue(told > 100, "told " + told);
    }

    @Test
    void checkOfAWholeLogFindsNothing() throws IOException {
        LogWorkload workload = new LogWorkload(SEED);
        MemoryFolder folder = written(workload);
        LogCheck.Report report = LogCheck.run(folder, line -> {});
        assertEquals(List.of(), report.problems());
        assertTrue(report.segments() > 5 && report.records() > 50 && report.changes() > 50, report.toString());
    }

    @Test
    void missingOrEmptyFileIsNoFreshStart() throws IOException {
        LogWorkload workload = new LogWorkload(SEED);
        MemoryFolder whole = written(workload);
        for (String name : whole.list()) {
            MemoryFolder missing = whole.copy();
            missing.delete(name);
            MemoryFolder empty = whole.copy();
            try (LogFile file = empty.open(name)) {
                file.truncate(0);
            }
            if (name.endsWith(".idx")) { // read again from the segment
                requireAll(missing, workload, name + " missing");
                requireAll(empty, workload, name + " empty");
            } else {
                assertThrows(DamagedLogException.class, () -> open(missing, workload), name + " missing");
                assertThrows(DamagedLogException.class, () -> open(empty, workload), name + " empty");
            }
        }
    }
}
