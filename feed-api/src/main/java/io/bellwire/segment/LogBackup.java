package io.bellwire.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies a log, also one that is being written: full segments never change, so that a hard link is a copy of them, and of the newest one
 * the whole records are copied that it has at that moment.
 */
public final class LogBackup {
    private static final int ATTEMPTS = 10;

    private LogBackup() {}

    /**
     * What was copied.
     *
     * @param records how many records the log had
     */
    public record Copied(int segments, long records, long bytes) {}

    /**
     * Copies the log in {@code from} to {@code to}, which must not be there yet or be empty. Needs no lock; durable when it returns.
     *
     * @throws UncheckedIOException if it cannot; what it has copied by then is deleted
     */
    public static Copied copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            try (Stream<Path> there = Files.list(to)) {
                if (there.findAny().isPresent()) {
                    throw new FileAlreadyExistsException(to + " is not empty");
                }
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return copyOnce(from, to);
                } catch (NoSuchFileException e) { // retention has dropped a segment meanwhile
                    clear(to);
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log in " + from + " cannot be copied to " + to + ": " + e, e);
        }
    }

    private static Copied copyOnce(Path from, Path to) throws IOException {
        LogFolder folder = new DiskFolder(from);
        LogMark mark = LogMark.read(folder)
                .orElseThrow(() -> new FileSystemException(from.toString(), null, "there is no log in it"));
        long bytes = 0;
        for (long number = mark.first(); number < mark.last(); number++) {
            bytes += link(from, to, Segment.name(number));
            if (Files.exists(from.resolve(Segment.indexName(number)))) {
                bytes += link(from, to, Segment.indexName(number));
            }
        }
        String newest = Segment.name(mark.last());
        SegmentReader.End end;
        try (LogFile file = folder.open(newest)) {
            ByteBuffer head = ByteBuffer.allocate(SegmentHeader.BYTES);
            int unused = file.read(head, 0);
            SegmentHeader header = SegmentHeader.decode(head.flip())
                    .orElseThrow(() -> new DamagedLogException(newest, 0, "the header is not what was written"));
            end = new SegmentReader(file, header)
                    .read(SegmentHeader.BYTES, header.firstRecord(), (record, place, body) -> {});
        }
        copyPart(from.resolve(newest), to.resolve(newest), end.place());
        LogFolder copy = new DiskFolder(to);
        copy.sync();
        mark.withRecords(end.next() - 1).write(copy);
        return new Copied((int) (mark.last() - mark.first()) + 1, end.next() - 1, bytes + end.place());
    }

    private static long link(Path from, Path to, String name) throws IOException {
        Path source = from.resolve(name);
        Path target = to.resolve(name);
        try {
            Files.createLink(target, source);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) { // another file system
            copyPart(source, target, Files.size(source));
        }
        return Files.size(target);
    }

    private static void copyPart(Path source, Path target, long length) throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < length; ) {
                long copied = in.transferTo(at, length - at, out);
                if (copied <= 0) {
                    throw new FileSystemException(source.toString(), null, "the file has become shorter");
                }
                at += copied;
            }
            out.force(true);
        }
    }

    private static void clear(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> there = Files.list(folder)) {
            files = there.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
