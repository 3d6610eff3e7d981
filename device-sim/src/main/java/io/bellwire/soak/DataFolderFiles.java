package io.bellwire.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Measures the files of a server's data folder, which may change meanwhile. Thread-safe. */
final class DataFolderFiles {
    private static final String SEGMENT = "\\d+\\.log";

    private final Path folder;

    DataFolderFiles(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    private Path log() {
        return folder.resolve("log");
    }

    long logBytes() {
        return bytes(log());
    }

    /** Bytes of all files outside the log. */
    long otherBytes() {
        return bytes(folder) - logBytes();
    }

    /** The number of the oldest segment; 0 if there is none. */
    long oldestSegment() {
        List<Path> segments = segments();
        return segments.isEmpty() ? 0 : number(segments.get(0));
    }

    /** When the oldest segment was last written to; {@code nowMillis} if there is only the newest segment. */
    long oldestSegmentMillis(long nowMillis) {
        List<Path> segments = segments();
        try {
            return segments.size() < 2
                    ? nowMillis
                    : Files.getLastModifiedTime(segments.get(0)).toMillis();
        } catch (IOException dropped) {
            return nowMillis;
        }
    }

    private List<Path> segments() {
        try (Stream<Path> files = Files.list(log())) {
            return files.filter(file -> file.getFileName().toString().matches(SEGMENT))
                    .sorted(Comparator.comparingLong(DataFolderFiles::number))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static long number(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    private static long bytes(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(DataFolderFiles::size).sum();
        } catch (IOException | UncheckedIOException vanished) {
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException vanished) {
            return 0;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Deletes a folder and its content, if it exists. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
