package io.bellwire.segment;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tells whole records, the rest of an unfinished write, and damage apart, in one file of records; the manifest of a
 * log.
 */
class SegmentFilesTest {
    private static final String NAME = "0000000001.log";
    private static final int SECTOR_BYTES = 512;

    private final LogFolder folder = new MemoryFolder();
    private final SegmentHeader segment = SegmentHeader.of(1, 1, new UUID(1, 2), new Random(3));
    private LogFile file;
    private SegmentWriter writer;
    private final List<Long> recordOffsets = new ArrayList<>();

    @BeforeEach
    void create() throws IOException {
        file = folder.create(NAME);
        file.write(segment.encode(), 0);
        writer = new SegmentWriter(NAME, file, segment, SegmentHeader.BYTES, 1);
        for (String text : List.of("first", "s".repeat(1_500), "t".repeat(1_400))) {
            append(text);
        }
    }

    private void append(String text) {
        RecordBuffer record = new RecordBuffer();
        record.begin();
        record.putText(text);
        recordOffsets.add(writer.endOffset());
        RecordHeader unused = writer.append(record, 1_000, 10);
        writer.sync();
    }

    /**
     * Reads the file as a start does, and returns the texts of its whole records; what follows them must be of an
     * unfinished write.
     */
    private List<String> readTexts() throws IOException {
        SegmentHeader header = SegmentHeader.read(file)
                .orElseThrow(() -> new DamagedLogException(NAME, 0, "the segment's header is not whole"));
        List<String> texts = new ArrayList<>();
        SegmentReader reader = new SegmentReader(file, header);
        SegmentReader.End end = reader.read(
                SegmentHeader.BYTES,
                header.firstRecord(),
                (record, offset, body) -> texts.add(RecordBuffer.text(body)));
        TornWriteCheck.requireCleanOrTorn(NAME, reader, end);
        return texts;
    }

    private void setByte(long offset, int value) throws IOException {
        file.write(ByteBuffer.wrap(new byte[] {(byte) value}), offset);
    }

    private int byteAt(long offset) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int unused = file.read(one, offset);
        return one.get(0);
    }

    @Test
    void recordsAreFoundAsTheyWereWritten() throws IOException {
        assertEquals(List.of("first", "s".repeat(1_500), "t".repeat(1_400)), readTexts());
    }

    @Test
    void guarantee1BeginningOfTheLastRecordIsCutOff() throws IOException {
        for (long size = file.size() - 1; size >= recordOffsets.get(2); size--) {
            file.truncate(size);
            assertEquals(2, readTexts().size(), "cut at " + size);
        }
    }

    @Test
    void guarantee1LastRecordThatMissesSectorsIsCutOff() throws IOException {
        long from = recordOffsets.get(2);
        long size = file.size();
        ByteBuffer whole = ByteBuffer.allocate((int) (size - from));
        int unused = file.read(whole, from);
        long firstSector = from / SECTOR_BYTES;
        int sectors = (int) ((size - 1) / SECTOR_BYTES - firstSector) + 1;
        for (int kept = 0; kept < (1 << sectors) - 1; kept++) {
            for (long at = from; at < size; at++) {
                boolean isKept = (kept >> (at / SECTOR_BYTES - firstSector) & 1) == 1;
                setByte(at, isKept ? whole.get((int) (at - from)) : 0);
            }
            assertEquals(2, readTexts().size(), "sectors kept " + Integer.toBinaryString(kept));
        }
    }

    @Test
    void bitThatFlipsAnywhereIsReportedAndNeverTakenForTheEnd() throws IOException {
        Random random = new Random(11);
        for (long offset = 0; offset < file.size(); offset++) {
            int before = byteAt(offset);
            setByte(offset, before ^ (1 << random.nextInt(Byte.SIZE)));
            String where = "byte " + offset;
            String message = String.valueOf(assertThrows(DamagedLogException.class, this::readTexts, where)
                    .getMessage());
            assertTrue(message.contains(NAME), message);
            setByte(offset, before);
        }
        assertEquals(3, readTexts().size());
    }

    @Test
    void sectorThatIsLostInTheMiddleIsReported() throws IOException {
        for (long offset = recordOffsets.get(1); offset < recordOffsets.get(2); offset++) {
            setByte(offset, 0);
        }
        String message = String.valueOf(
                assertThrows(DamagedLogException.class, this::readTexts).getMessage());
        assertTrue(message.contains("record 2 is not whole, and record 3"), message);
    }

    @Test
    void recordInsideAnotherOneIsNone() throws IOException {
        // a client that sends an order with a whole record of this very segment in it gains nothing
        ByteBuffer record = ByteBuffer.allocate((int) (recordOffsets.get(2) - recordOffsets.get(1)));
        int unused = file.read(record, recordOffsets.get(1));
        String lookalike = new String(record.array(), StandardCharsets.ISO_8859_1);
        append(lookalike.repeat(2));
        file.truncate(file.size() - 1);
        assertEquals(3, assertDoesNotThrow(this::readTexts).size());
    }

    @Test
    void recordsThatWereNotSyncedMayBeLostTogether() throws IOException {
        // without a sync of each record the disk may lose an earlier one and keep a later one; neither was promised to
        // survive
        RecordBuffer record = new RecordBuffer();
        long from = writer.endOffset();
        for (int i = 0; i < 2; i++) {
            record.begin();
            record.putText("u".repeat(2_000));
            RecordHeader unused = writer.append(record, 1_000, 10);
        }
        for (long offset = from + 100; offset < from + 1_700; offset++) {
            setByte(offset, 0);
        }
        assertEquals(3, readTexts().size());
    }

    @Test
    void manifestIsReplacedAsAWhole() throws IOException {
        assertTrue(LogManifest.read(folder).isEmpty());
        LogManifest manifest = new LogManifest(new UUID(5, 6), 1, 1, 0);
        manifest.write(folder);
        manifest.withSegments(3, 7).withRecords(99).write(folder);
        assertEquals(
                new LogManifest(new UUID(5, 6), 3, 7, 99),
                LogManifest.read(folder).orElseThrow());
        LogFile open = folder.open(LogManifest.FILE);
        for (int offset = 0; offset < open.size(); offset++) {
            ByteBuffer one = ByteBuffer.allocate(1);
            int unused = open.read(one, offset);
            open.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), offset);
            assertThrows(RuntimeException.class, () -> LogManifest.read(folder), "byte " + offset);
            open.write(one.flip(), offset);
        }
    }
}
