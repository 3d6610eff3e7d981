package io.bellwire.bench;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * What is put under load: the product's server, or the reference that it is compared with. Both take the same requests on
 * the same wire. One thread uses it.
 */
interface LoadTarget extends AutoCloseable {
    /** For the progress that is shown. */
    String name();

    URI http();

    URI mqtt();

    /** Of those who place orders. */
    String token();

    /** Registers devices {@code d-0} to {@code d-(count-1)} and returns their secrets. */
    List<String> register(int count) throws IOException, InterruptedException;

    /** The processes that it consists of; the one that serves HTTP is the first. */
    List<LinuxProcess> processes();

    default long residentBytes() throws IOException {
        long bytes = 0;
        for (LinuxProcess process : processes()) {
            bytes += process.residentBytes();
        }
        return bytes;
    }

    /** The most since {@link #resetResidentPeak}. */
    default long residentPeakBytes() throws IOException {
        long bytes = 0;
        for (LinuxProcess process : processes()) {
            bytes += process.residentPeakBytes();
        }
        return bytes;
    }

    default void resetResidentPeak() throws IOException {
        for (LinuxProcess process : processes()) {
            process.resetResidentPeak();
        }
    }

    /** When its latest start began, by {@link System#nanoTime}. */
    long startNanos();

    /** From the beginning of its latest start until it was ready. */
    double startSeconds();

    /** Whether what it has acknowledged is there after {@link #kill} and {@link #start}. */
    boolean isDurable();

    /** Ends it at once, as a crash does. */
    void kill();

    /** Ends it in an orderly way. */
    void stop();

    /** Starts it again where it was, at the same addresses; returns when it is ready. */
    void start() throws IOException;

    /** Ends it and deletes what it has kept. */
    @Override
    void close() throws IOException;
}
