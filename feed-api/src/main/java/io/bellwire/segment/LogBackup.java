package io.bellwire.segment;

import io.bellwire.runtime.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * Copies a log, even while it is written. A sealed segment never changes, so a hard link is a copy of it; of the newest
 * segment it copies the whole records that are there at that moment.
 */
public final class LogBackup {
    private static final int ATTEMPTS_MAX = 10;

    private LogBackup() {}

    /**
     * What was copied.
     *
     * @param records how many records the log had
     */
    public record Copied(int segments, long records, long bytes) {}

    /**
     * Copies the log in {@code from} to {@code to}, which must not exist or must be empty. Needs no lock. The copy is
     * durable when this returns.
     *
     * @throws UncheckedIOException if it cannot
     */
    public static Copied copy(Path from, Path to) {
        try {
            PrivateFiles.createFolders(to);
            try (Stream<Path> files = Files.list(to)) {
                if (files.findAny().isPresent()) {
                    throw new FileAlreadyExistsException(to + " is not empty");
                }
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return tryCopy(from, to);
                } catch (NoSuchFileException e) { // retention has dropped a segment meanwhile
                    clear(to);
                    if (attempt == ATTEMPTS_MAX) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log in " + from + " cannot be copied to " + to + ": " + e, e);
        }
    }

    private static Copied tryCopy(Path from, Path to) throws IOException {
        LogFolder folder = new DiskFolder(from);
        LogManifest manifest = LogManifest.read(folder)
                .orElseThrow(() -> new FileSystemException(from.toString(), null, "there is no log in it"));
        long bytes = 0;
        for (long number = manifest.first(); number < manifest.last(); number++) {
            bytes += link(from, to, Segment.name(number));
            if (Files.exists(from.resolve(Segment.indexName(number)))) {
                bytes += link(from, to, Segment.indexName(number));
            }
        }
        String newest = Segment.name(manifest.last());
        SegmentReader.End end;
        try (LogFile file = folder.open(newest)) {
            SegmentHeader header = SegmentHeader.read(file)
                    .orElseThrow(() -> new DamagedLogException(newest, 0, "the header is not what was written"));
            end = new SegmentReader(file, header)
                    .read(SegmentHeader.BYTES, header.firstRecord(), (record, offset, body) -> {});
        }
        copyBytes(from.resolve(newest), to.resolve(newest), end.offset());
        LogFolder copy = new DiskFolder(to);
        copy.sync();
        long records = end.nextRecord() - 1;
        manifest.withRecords(records).write(copy);
        return new Copied((int) (manifest.last() - manifest.first()) + 1, records, bytes + end.offset());
    }

    /** Links or copies a file, and returns its size. */
    private static long link(Path from, Path to, String name) throws IOException {
        Path source = from.resolve(name);
        Path target = to.resolve(name);
        try {
            Files.createLink(target, source);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) { // another file system
            copyBytes(source, target, Files.size(source));
        }
        return Files.size(target);
    }

    private static void copyBytes(Path source, Path target, long length) throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = PrivateFiles.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long offset = 0; offset < length; ) {
                long copied = in.transferTo(offset, length - offset, out);
                if (copied <= 0) {
                    throw new FileSystemException(source.toString(), null, "the file has become shorter");
                }
                offset += copied;
            }
            out.force(true);
        }
    }

    private static void clear(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
