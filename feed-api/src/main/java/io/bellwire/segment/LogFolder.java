package io.bellwire.segment;

import java.io.IOException;
import java.util.List;

/**
 * The folder of files that a log is kept in: on a disk, in memory, or in a test that loses what was not synced. Names
 * are plain file names. Thread-safe.
 */
public interface LogFolder {
    /** The folder as messages name it. */
    String name();

    /** The names of all files in the folder, sorted. */
    List<String> list() throws IOException;

    /** Creates an empty file; {@link java.nio.file.FileAlreadyExistsException} if there is one of this name. */
    LogFile create(String name) throws IOException;

    /** Opens a file to be read and written; {@link java.nio.file.NoSuchFileException} if there is none of this name. */
    LogFile open(String name) throws IOException;

    /** Renames a file in one step; a file that has the name {@code to} is replaced. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; those who have it open can still read it. */
    void delete(String name) throws IOException;

    /** How many bytes can be written until the disk is full; {@link Long#MAX_VALUE} if that is not known. */
    default long freeBytes() {
        return Long.MAX_VALUE;
    }

    /** Makes the names durable: files that were created, renamed and deleted before the call. */
    void sync() throws IOException;
}
