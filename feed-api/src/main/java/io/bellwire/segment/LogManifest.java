package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Which segments a log's folder must hold. It is kept in a small file that is replaced as a whole, so that a missing
 * segment is noticed, and a log whose files are missing is not taken for a new one. SEGMENTS.md specifies the file.
 * Immutable.
 *
 * @param log which log it is
 * @param first the oldest segment
 * @param last the newest segment; a newer one without records may be there
 * @param records how many records the log has had at least
 */
record LogManifest(UUID log, long first, long last, long records) {
    static final String FILE = "log.mark";
    private static final String DRAFT = "log.mark.new";
    private static final int BYTES_MAX = 1_024;
    private static final Pattern FORM = Pattern.compile(
            "bellwire-log 1\\nlog ([0-9a-f-]{36})\\nfirst (\\d{1,18})\\nlast (\\d{1,18})\\nrecords (\\d{1,18})\\n");
    private static final String CHECKSUM = "checksum ";

    LogManifest {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("segments must be 1 or more, are " + first + " to " + last);
        }
    }

    LogManifest withSegments(long oldest, long newest) {
        return new LogManifest(log, oldest, newest, records);
    }

    LogManifest withRecords(long count) {
        return new LogManifest(log, first, last, Math.max(records, count));
    }

    /** Reads the manifest in {@code folder}; empty if there is none. */
    static Optional<LogManifest> read(LogFolder folder) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);
        try (LogFile file = folder.open(FILE)) {
            int unused = file.read(bytes, 0);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String text = StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
        int checksum = text.lastIndexOf(CHECKSUM);
        String content = checksum < 0 ? text : text.substring(0, checksum);
        Matcher form = FORM.matcher(content);
        if (!form.matches() || !text.equals(withChecksum(content))) {
            if (content.startsWith("bellwire-log ") && !content.startsWith("bellwire-log 1\n")) {
                throw new LogVersionException(
                        folder.name() + "/" + FILE + " is of another version of the server than this one");
            }
            throw new DamagedLogException(
                    folder.name() + "/" + FILE,
                    0,
                    "its text is not what was written; the segments beside it are untouched");
        }
        return Optional.of(new LogManifest(
                UUID.fromString(form.group(1)),
                Long.parseLong(form.group(2)),
                Long.parseLong(form.group(3)),
                Long.parseLong(form.group(4))));
    }

    /** Replaces the manifest in {@code folder} by this one; it is durable when this returns. */
    void write(LogFolder folder) throws IOException {
        prepare(folder);
        publish(folder);
    }

    /** The first half of {@link #write}: if it fails, the manifest in the folder is still the old one. */
    void prepare(LogFolder folder) throws IOException {
        String content =
                "bellwire-log 1\nlog " + log + "\nfirst " + first + "\nlast " + last + "\nrecords " + records + "\n";
        if (folder.list().contains(DRAFT)) {
            folder.delete(DRAFT); // a killed process has left it
        }
        try (LogFile file = folder.create(DRAFT)) {
            file.write(StandardCharsets.US_ASCII.encode(withChecksum(content)), 0);
            file.sync();
        }
    }

    /** The second half of {@link #write}: if it fails, the next start may find either manifest. */
    void publish(LogFolder folder) throws IOException {
        folder.rename(DRAFT, FILE);
        folder.sync();
    }

    private static String withChecksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
        return content + CHECKSUM + String.format("%08x", crc.getValue()) + "\n";
    }
}
