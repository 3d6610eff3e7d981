package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The disk has too little room. Nothing was written. What is left is for the log's own work, such as retention, which
 * makes room again; reads go on, and writes do as soon as there is room.
 */
public final class DiskFullException extends UncheckedIOException {
    private DiskFullException(String message) {
        super(message, new IOException(message));
    }

    /**
     * What is wrong if too few bytes are free, in one line; empty if enough are.
     *
     * @param folder on which disk
     */
    public static Optional<String> problem(String folder, long freeBytes, long freeBytesMin) {
        // without the number of free bytes, which changes all the time: the line is logged once
        return freeBytes >= freeBytesMin
                ? Optional.empty()
                : Optional.of("the disk of " + folder + " is full: less than " + freeBytesMin
                        + " bytes are free (--disk-free-min); it goes on when there is room again");
    }

    /** Throws if too few bytes are free. */
    public static void requireFree(String folder, long freeBytes, long freeBytesMin) {
        problem(folder, freeBytes, freeBytesMin).ifPresent(problem -> {
            throw new DiskFullException(problem);
        });
    }
}
