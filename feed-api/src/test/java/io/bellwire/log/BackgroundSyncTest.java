package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.CrashFolder;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A log with durability=process: what was written when it was last synced in the background survives a power cut. */
class BackgroundSyncTest {
    private static final long SEED = 20_261_122;
    private static final int STEPS = 170;
    private static final int STEPS_PER_SYNC = 7;
    private static final SegmentOptions OPTIONS = new SegmentOptions(Durability.PROCESS, 6_000, 1 << 20, false);

    private final AtomicLong nanos = new AtomicLong();
    private final Random random = new Random(SEED);

    private SegmentStore open(CrashFolder folder, LogWorkload workload) {
        return SegmentStore.open(
                folder, OPTIONS, random, nanos::get, workload.now().toEpochMilli(), Runnable::run);
    }

    private void requireAllAfterPowerCut(CrashFolder folder, CrashFolder.Write write, LogWorkload workload, long cut) {
        MemoryFolder left = folder.afterPowerCut(random, write);
        try (SegmentStore store = SegmentStore.open(
                left, OPTIONS, random, nanos::get, workload.now().toEpochMilli(), Runnable::run)) {
            workload.verify(store, "seed " + SEED + ", cut " + cut);
        }
    }

    @Test
    void powerCutTakesNothingThatWasThereWhenTheLogWasSynced() {
        LogWorkload workload = new LogWorkload(SEED, Durability.PROCESS);
        CrashFolder[] folder = new CrashFolder[1];
        AtomicLong cuts = new AtomicLong(-1);
        folder[0] = new CrashFolder(write -> {
            if (cuts.get() >= 0) {
                requireAllAfterPowerCut(folder[0], write, workload, cuts.incrementAndGet());
            }
        });
        try (SegmentStore store = open(folder[0], workload)) {
            cuts.set(0);
            for (int i = 1; i <= STEPS; i++) {
                workload.step(store);
                if (i % STEPS_PER_SYNC == 0) {
                    store.syncWritten();
                    workload.synced();
                }
            }
        }
        assertTrue(cuts.get() > STEPS, "cuts: " + cuts);
    }

    @Test
    void logInWhichNothingWasWrittenIsNotSynced() {
        LogWorkload workload = new LogWorkload(SEED, Durability.PROCESS);
        AtomicLong done = new AtomicLong();
        try (SegmentStore store = open(new CrashFolder(write -> done.incrementAndGet()), workload)) {
            workload.step(store);
            store.syncWritten();
            long before = done.get();
            store.syncWritten();
            assertEquals(before, done.get());
        }
    }

    @Test
    void syncThatFailedInTheBackgroundIsTheLastOne() {
        LogWorkload workload = new LogWorkload(SEED, Durability.PROCESS);
        CrashFolder folder = new CrashFolder(write -> {});
        try (SegmentStore store = open(folder, workload)) {
            workload.step(store);
            folder.breakSync();
            store.syncWritten();
            assertTrue(store.problem().isPresent());
            assertThrows(CommitInDoubtException.class, () -> workload.step(store));
        }
    }

    @Test
    void writesGoOnWhileTheLogIsSyncedBySomethingThatRunsByItself() throws InterruptedException {
        LogWorkload workload = new LogWorkload(SEED, Durability.PROCESS);
        Thread writing = Thread.currentThread();
        CountDownLatch syncing = new CountDownLatch(1);
        CompletableFuture<Void> slowDisk = new CompletableFuture<>();
        CrashFolder folder = new CrashFolder(write -> {
            if (Thread.currentThread() != writing) {
                syncing.countDown();
                slowDisk.join();
            }
        });
        SegmentOptions options = new SegmentOptions(Durability.PROCESS, 1 << 20, 1 << 20, false);
        try (SegmentStore store = SegmentStore.open(
                folder, options, random, nanos::get, workload.now().toEpochMilli())) {
            workload.step(store);
            assertTrue(syncing.await(30, TimeUnit.SECONDS), "nothing syncs");
            for (int i = 0; i < 10; i++) {
                workload.step(store);
            }
            slowDisk.complete(null);
            workload.verify(store, "synced");
        }
    }
}
