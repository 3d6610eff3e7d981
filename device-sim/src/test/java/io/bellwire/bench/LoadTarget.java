package io.bellwire.bench;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * A server under load: the product's, or the reference that it is compared with. Both accept the same requests and
 * packets. One thread uses it.
 */
interface LoadTarget extends AutoCloseable {
    /** The name in progress messages. */
    String name();

    URI http();

    URI mqtt();

    /** The token of the order source. */
    String token();

    /** Registers devices {@code d-0} to {@code d-(count-1)} and returns their secrets. */
    List<String> register(int count) throws IOException, InterruptedException;

    /** The processes that it consists of; the first one serves HTTP. */
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

    /** When its latest start began, as {@link System#nanoTime}. */
    long startNanos();

    /** Seconds from the beginning of its latest start until it was ready. */
    double startSeconds();

    /** Whether it keeps acknowledged orders over {@link #kill} and {@link #start}. */
    boolean isDurable();

    /** Kills it, as a crash does. */
    void kill();

    /** Stops it gracefully. */
    void stop();

    /** Starts it again at the same addresses; returns when it is ready. */
    void start() throws IOException;

    /** Ends it and deletes its data. */
    @Override
    void close() throws IOException;
}
