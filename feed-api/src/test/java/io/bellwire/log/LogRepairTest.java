package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.DamagedLogException;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.LogFile;
import io.bellwire.segment.LogFolder;
import io.bellwire.segment.LogRepair;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A log of a workload by chance is damaged in one place and repaired. The repaired log is sound, has a new epoch, holds
 * everything but what was in the damaged record, and goes on.
 */
class LogRepairTest {
    private static final long SEED = 20_261_122;
    private static final long SEGMENT_BYTES = 6_000;
    private static final int STEPS = 200;

    private final Random random = new Random(SEED);
    private final LogWorkload workload = new LogWorkload(SEED);

    private SegmentStore open(LogFolder folder, LongSupplier nanoTime) {
        return SegmentStore.open(
                folder,
                new SegmentOptions(Durability.SYNC, SEGMENT_BYTES, 1 << 20, false),
                random,
                nanoTime,
                workload.now().toEpochMilli(),
                Runnable::run);
    }

    private SegmentStore open(LogFolder folder) {
        return open(folder, () -> 0);
    }

    /** A log that keeps all its segments. */
    private MemoryFolder written() {
        return written(() -> 0);
    }

    private MemoryFolder written(LongSupplier nanoTime) {
        MemoryFolder folder = new MemoryFolder();
        try (SegmentStore store = open(folder, nanoTime)) {
            for (int i = 0; i < STEPS; i++) {
                workload.step(store);
            }
        }
        return folder;
    }

    private static Map<FeedId, List<String>> changes(SegmentStore store) {
        Map<FeedId, List<String>> changes = new HashMap<>();
        for (Feed feed : store.feeds(FleetWorkload.feeds())) {
            changes.put(
                    feed.id(),
                    store
                            .read(feed, feed.earliest().revision(), feed.head(), Integer.MAX_VALUE, Long.MAX_VALUE)
                            .stream()
                            .map(change -> LogStoreFixture.data(change.event()))
                            .toList());
        }
        return changes;
    }

    private MemoryFolder repair(LogFolder damaged, List<String> lost) {
        MemoryFolder repaired = new MemoryFolder();
        lost.addAll(LogRepair.run(damaged, repaired, SEGMENT_BYTES, random).lost());
        assertEquals(
                List.of(), LogCheck.run(repaired, line -> {}).problems(), "what was repaired is sound; lost: " + lost);
        return repaired;
    }

    private static byte[] bytes(LogFolder folder, String name) throws IOException {
        try (LogFile file = folder.open(name)) {
            ByteBuffer all = ByteBuffer.allocate((int) file.size());
            int unused = file.read(all, 0);
            return all.array();
        }
    }

    private static void write(LogFolder folder, String name, byte[] bytes) throws IOException {
        try (LogFile file = folder.open(name)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static List<String> segments(LogFolder folder) throws IOException {
        return folder.list().stream().filter(name -> name.endsWith(".log")).toList();
    }

    @Test
    void repairOfASoundLogLosesNothingAndBeginsANewEpoch() {
        AtomicLong nanos = new AtomicLong();
        MemoryFolder sound = written(() -> nanos.addAndGet(TimeUnit.DAYS.toNanos(1))); // it has dropped segments
        List<String> lost = new ArrayList<>();

        MemoryFolder repaired = repair(sound, lost);

        assertEquals(List.of(), lost);
        try (SegmentStore before = open(sound);
                SegmentStore after = open(repaired)) {
            assertNotEquals(before.epoch(), after.epoch());
            assertEquals(changes(before), changes(after));
            for (Feed feed : before.feeds(FleetWorkload.feeds())) {
                assertEquals(feed.head(), after.feeds(List.of(feed.id())).get(0).head(), "revisions stay");
            }
            assertEquals(
                    "",
                    workload.contents(before)
                            .withoutPositions()
                            .difference(workload.contents(after).withoutPositions()));
        }
    }

    @Test
    void flippedBitCostsTheOneRecordThatItIsIn() throws IOException {
        MemoryFolder sound = written();
        Map<FeedId, List<String>> written;
        try (SegmentStore store = open(sound.copy())) {
            written = changes(store);
        }
        int damages = 0;
        for (int i = 0; i < 60; i++) {
            MemoryFolder damaged = sound.copy();
            List<String> names = segments(damaged);
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = bytes(damaged, name);
            int place = random.nextInt(bytes.length);
            bytes[place] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            write(damaged, name, bytes);
            String where = "seed " + SEED + ", round " + i + ", " + name + " at " + place;
            List<String> lost = new ArrayList<>();

            MemoryFolder repaired = repair(damaged, lost);

            assertEquals(List.of(), difference(bytes, bytes(damaged, name)), where + ": the damaged log is unchanged");
            Set<String> missing = missing(written, repaired, where);
            boolean isInSalt = place >= 44 && place < 60;
            assertTrue(isInSalt || missing.size() <= 1, where + ": " + missing);
            assertTrue(missing.isEmpty() || lost.stream().anyMatch(line -> line.contains(name)), where + ": " + lost);
            damages += missing.isEmpty() ? 0 : 1;
        }
        assertTrue(damages > 10, "damages " + damages);
    }

    private static List<Integer> difference(byte[] one, byte[] other) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < Math.max(one.length, other.length); i++) {
            if (i >= one.length || i >= other.length || one[i] != other[i]) {
                places.add(i);
            }
        }
        return places;
    }

    /** What was written and is not in the repaired log; fails if that holds anything else, or in another order. */
    private Set<String> missing(Map<FeedId, List<String>> written, MemoryFolder repaired, String where) {
        Set<String> missing = new HashSet<>();
        try (SegmentStore store = open(repaired)) {
            Map<FeedId, List<String>> left = changes(store);
            written.forEach((feed, all) -> {
                List<String> kept = left.getOrDefault(feed, List.of());
                int next = 0;
                for (String change : all) {
                    if (next < kept.size() && kept.get(next).equals(change)) {
                        next++;
                    } else {
                        missing.add(change);
                    }
                }
                assertEquals(kept.size(), next, where + ": " + feed);
            });
            for (int i = 0; i < 5; i++) { // it goes on
                LogStoreFixture fixture = new LogStoreFixture(store);
                Event unused = fixture.append("new", fixture.make(FleetWorkload.device(i)));
            }
        }
        return missing;
    }

    @Test
    void recordsAfterAMissingOrTruncatedSegmentAreSaved() throws IOException {
        MemoryFolder sound = written();
        List<String> names = segments(sound);
        assertTrue(names.size() > 5, names.toString());
        String middle = names.get(names.size() / 2);
        String newest = names.get(names.size() - 1);
        MemoryFolder without = sound.copy();
        without.delete(middle);
        MemoryFolder cut = sound.copy();
        try (LogFile file = cut.open(middle)) {
            file.truncate(file.size() / 2);
        }
        for (MemoryFolder damaged : List.of(without, cut)) {
            List<String> lost = new ArrayList<>();
            MemoryFolder repaired = repair(damaged, lost);
            assertTrue(
                    lost.stream().anyMatch(line -> line.matches("records? \\d+.*" + middle + ".*")), lost.toString());
            try (SegmentStore before = open(sound.copy());
                    SegmentStore after = open(repaired)) {
                Map<FeedId, List<String>> left = changes(after);
                changes(before).forEach((feed, all) -> {
                    if (!all.isEmpty()) {
                        List<String> kept = left.getOrDefault(feed, List.of());
                        assertEquals(all.get(all.size() - 1), kept.get(kept.size() - 1), "the newest of " + feed);
                    }
                });
            }
        }
        MemoryFolder withoutEnd = sound.copy();
        withoutEnd.delete(newest);
        List<String> lost = new ArrayList<>();
        MemoryFolder unused = repair(withoutEnd, lost);
        assertTrue(lost.stream().anyMatch(line -> line.contains(newest + " is missing")), lost.toString());
    }

    @Test
    void logWithoutItsManifestOrWithADamagedOneIsSavedWhole() throws IOException {
        MemoryFolder sound = written();
        MemoryFolder without = sound.copy();
        without.delete("log.mark");
        MemoryFolder damaged = sound.copy();
        write(damaged, "log.mark", new byte[100]);
        for (MemoryFolder folder : List.of(without, damaged)) {
            assertThrows(DamagedLogException.class, () -> open(folder.copy()));
            List<String> lost = new ArrayList<>();
            MemoryFolder repaired = repair(folder, lost);
            assertEquals(List.of(), lost);
            try (SegmentStore before = open(sound.copy());
                    SegmentStore after = open(repaired)) {
                assertEquals(changes(before), changes(after));
            }
        }
    }

    @Test
    void segmentOfAnotherLogIsNotMixedIn() throws IOException {
        MemoryFolder sound = written();
        List<String> names = segments(sound);
        String name = names.get(names.size() / 2);
        MemoryFolder other = written();
        write(sound, name, bytes(other, name));

        List<String> lost = new ArrayList<>();
        MemoryFolder repaired = repair(sound, lost);

        assertTrue(lost.stream().anyMatch(line -> line.contains(name + " is segment")), lost.toString());
        assertFalse(repaired.list().isEmpty());
    }

    @Test
    void folderWithoutAWholeRecordCannotBeRepaired() throws IOException {
        MemoryFolder folder = new MemoryFolder();
        folder.create("0000000001.log").close();

        assertTrue(assertThrows(
                        DamagedLogException.class,
                        () -> LogRepair.run(folder, new MemoryFolder(), SEGMENT_BYTES, random))
                .getMessage()
                .contains("has a whole record"));
        assertEquals(
                List.of("0000000001.log"),
                Stream.of(folder.list()).flatMap(List::stream).toList());
    }
}
