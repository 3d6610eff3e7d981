package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the figures of a process from Linux's {@code /proc}. */
record LinuxProcess(long pid) {
    /** Linux counts CPU time in these ticks, on every machine. */
    private static final double TICKS_PER_SECOND = 100;

    /** The CPU time that a thread has used so far. */
    record ThreadTime(ThreadRole role, double cpuSeconds) {}

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    /** User and system time, including that of threads which have ended. */
    double cpuSeconds() throws IOException {
        return cpuSeconds(Files.readString(file("stat")));
    }

    /** The threads by number; a number may be reused after its thread has ended. */
    Map<String, ThreadTime> threads() throws IOException {
        Map<String, ThreadTime> threads = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(file("task"))) {
            for (Path task : tasks) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    threads.put(task.getFileName().toString(), new ThreadTime(ThreadRole.of(name), cpuSeconds(stat)));
                } catch (IOException endedMeanwhile) {
                    // its time is included in the process's sum
                }
            }
        }
        return threads;
    }

    private static double cpuSeconds(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12])) / TICKS_PER_SECOND;
    }

    /** The bytes that it has written to disk. */
    long writtenBytes() throws IOException {
        return number("io", "write_bytes:");
    }

    long residentBytes() throws IOException {
        return number("status", "VmRSS:") << 10;
    }

    /** The highest resident memory since {@link #resetResidentPeak}. */
    long residentPeakBytes() throws IOException {
        return number("status", "VmHWM:") << 10;
    }

    void resetResidentPeak() throws IOException {
        Files.writeString(file("clear_refs"), "5");
    }

    /** Bytes of the objects in the heap of a JVM that are in use, after a collection. */
    long liveHeapBytes() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process histogram = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram").start();
        try (Stream<String> lines = histogram.inputReader().lines()) {
            String total = lines.filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("jcmd shows no heap"));
            return Long.parseLong(total.strip().split("\\s+", -1)[2]);
        }
    }

    private long number(String name, String key) throws IOException {
        for (String line : Files.readAllLines(file(name))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException(file(name) + " has no " + key);
    }

    /** Seconds that all processors together have been busy since the machine started. */
    static double machineSeconds() throws IOException {
        String[] all = Files.readAllLines(Path.of("/proc/stat")).get(0).strip().split("\\s+", -1);
        double ticks = 0;
        for (int i = 1; i <= 8; i++) {
            if (i != 4 && i != 5) { // idle, and waiting for a disk
                ticks += Long.parseLong(all[i]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }
}
