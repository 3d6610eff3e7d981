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

/** Records in one file: what is found whole, what is the rest of an unfinished write, and what is damage. */
class SegmentFilesTest {
    private static final String NAME = "0000000001.log";
    private static final int SECTOR_BYTES = 512;

    private final LogFolder folder = new MemoryFolder();
    private final SegmentHeader segment = SegmentHeader.of(1, 1, new UUID(1, 2), new Random(3));
    private LogFile file;
    private SegmentWriter writer;
    private final List<Long> places = new ArrayList<>();

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
        places.add(writer.end());
        RecordHeader unused = writer.append(record, 1_000, 10);
        writer.sync();
    }

    /** What a start finds: the texts of the whole records; the rest must be of an unfinished write. */
    private List<String> found() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SegmentHeader.BYTES);
        int unused = file.read(header, 0);
        SegmentHeader read = SegmentHeader.decode(header.flip())
                .orElseThrow(() -> new DamagedLogException(NAME, 0, "the segment's header is not whole"));
        List<String> texts = new ArrayList<>();
        SegmentReader reader = new SegmentReader(file, read);
        SegmentReader.End end = reader.read(
                SegmentHeader.BYTES, read.firstRecord(), (record, place, body) -> texts.add(RecordBuffer.text(body)));
        TornTail.require(NAME, reader, end);
        return texts;
    }

    private void setByte(long place, int value) throws IOException {
        file.write(ByteBuffer.wrap(new byte[] {(byte) value}), place);
    }

    private int byteAt(long place) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int unused = file.read(one, place);
        return one.get(0);
    }

    @Test
    void recordsAreFoundAsTheyWereWritten() throws IOException {
        assertEquals(List.of("first", "s".repeat(1_500), "t".repeat(1_400)), found());
    }

    @Test
    void guarantee1BeginningOfTheLastRecordIsCutOff() throws IOException {
        for (long size = file.size() - 1; size >= places.get(2); size--) {
            file.truncate(size);
            assertEquals(2, found().size(), "cut at " + size);
        }
    }

    @Test
    void guarantee1LastRecordThatMissesSectorsIsCutOff() throws IOException {
        long from = places.get(2);
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
            assertEquals(2, found().size(), "sectors kept " + Integer.toBinaryString(kept));
        }
    }

    @Test
    void bitThatFlipsAnywhereIsToldAndNeverTakenForTheEnd() throws IOException {
        Random random = new Random(11);
        for (long place = 0; place < file.size(); place++) {
            int before = byteAt(place);
            setByte(place, before ^ (1 << random.nextInt(Byte.SIZE)));
            String where = "byte " + place;
            String message = String.valueOf(
                    assertThrows(DamagedLogException.class, this::found, where).getMessage());
            assertTrue(message.contains(NAME), message);
            setByte(place, before);
        }
        assertEquals(3, found().size());
    }

    @Test
    void sectorThatIsLostInTheMiddleIsTold() throws IOException {
        for (long place = places.get(1); place < places.get(2); place++) {
            setByte(place, 0);
        }
        String message = String.valueOf(
                assertThrows(DamagedLogException.class, this::found).getMessage());
        assertTrue(message.contains("record 2 is not whole, and record 3"), message);
    }

    @Test
    void recordInsideAnotherOneIsNone() throws IOException {
        // who sends an order that holds a whole record of this very segment gains nothing by it
        ByteBuffer record = ByteBuffer.allocate((int) (places.get(2) - places.get(1)));
        int unused = file.read(record, places.get(1));
        String lookalike = new String(record.array(), StandardCharsets.ISO_8859_1);
        append(lookalike.repeat(2));
        file.truncate(file.size() - 1);
        assertEquals(3, assertDoesNotThrow(this::found).size());
    }

    @Test
    void recordsThatWereNotSyncedMayBeLostTogether() throws IOException {
        // a server that does not sync each record may lose one before another; none of them was promised to survive
        RecordBuffer record = new RecordBuffer();
        long from = writer.end();
        for (int i = 0; i < 2; i++) {
            record.begin();
            record.putText("u".repeat(2_000));
            RecordHeader unused = writer.append(record, 1_000, 10);
        }
        for (long place = from + 100; place < from + 1_700; place++) {
            setByte(place, 0);
        }
        assertEquals(3, found().size());
    }

    @Test
    void markIsReplacedAsAWhole() throws IOException {
        assertTrue(LogMark.read(folder).isEmpty());
        LogMark mark = new LogMark(new UUID(5, 6), 1, 1, 0);
        mark.write(folder);
        mark.withSegments(3, 7).withRecords(99).write(folder);
        assertEquals(new LogMark(new UUID(5, 6), 3, 7, 99), LogMark.read(folder).orElseThrow());
        LogFile open = folder.open(LogMark.FILE);
        for (int place = 0; place < open.size(); place++) {
            ByteBuffer one = ByteBuffer.allocate(1);
            int unused = open.read(one, place);
            open.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), place);
            assertThrows(RuntimeException.class, () -> LogMark.read(folder), "byte " + place);
            open.write(one.flip(), place);
        }
    }
}
