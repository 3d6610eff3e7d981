package io.bellwire.log;

/** What an acknowledged write survives. */
public enum Durability {
    /** A power cut: the write is on disk before the answer. */
    SYNC,
    /**
     * A kill of the process: the operating system has the write before the answer. The log is synced about once a
     * second, so a power cut may lose about the last second.
     */
    PROCESS
}
