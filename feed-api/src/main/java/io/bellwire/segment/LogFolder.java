package io.bellwire.segment;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files that a log is kept in: a disk's, one in memory, or one of a test that loses what was not synced.
 * Names are plain file names. Thread-safe.
 */
public interface LogFolder {
    /** The folder as an error names it. */
    String name();

    /** The names of all files in it, sorted. */
    List<String> list() throws IOException;

    /** Makes an empty file; {@link java.nio.file.FileAlreadyExistsException} if there is one of this name. */
    LogFile create(String name) throws IOException;

    /** Opens a file to be read and written; {@link java.nio.file.NoSuchFileException} if there is none of this name. */
    LogFile open(String name) throws IOException;

    /** Gives a file another name, in place of one that may have it, in one step. */
    void rename(String from, String to) throws IOException;

    /** Removes a file; whoever has it open can still read it. */
    void delete(String name) throws IOException;

    /** Makes names durable: files that were made, renamed and deleted before this. */
    void sync() throws IOException;
}
