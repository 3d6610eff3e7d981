package io.bellwire.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the resident memory of a process from Linux's {@code /proc}; empty on other systems. */
final class ResidentMemory {
    private static final double KIB = 1024;
    private static final Pattern RESERVED = Pattern.compile("\\[0x([0-9a-f]+), (?:0x[0-9a-f]+, )*0x([0-9a-f]+)\\)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
    private static final Pattern RESIDENT = Pattern.compile("(?:Rss|VmRSS):\\s+(\\d+) kB");

    private ResidentMemory() {}

    /**
     * The address range of the JVM's heap.
     *
     * @param from its first byte
     * @param to past its last byte
     */
    record Range(long from, long to) {}

    /** The heap's range in the output of {@code jcmd PID GC.heap_info}; an empty range if it is not there. */
    static Range heap(String heapInfo) {
        long from = Long.MAX_VALUE;
        long to = 0;
        Matcher reserved = RESERVED.matcher(heapInfo.replaceAll("(?s)Metaspace.*", ""));
        while (reserved.find()) {
            from = Math.min(from, Long.parseUnsignedLong(reserved.group(1), 16));
            to = Math.max(to, Long.parseUnsignedLong(reserved.group(2), 16));
        }
        return new Range(from, to);
    }

    static OptionalDouble bytes(long pid) {
        return read(pid, "status").stream()
                .map(RESIDENT::matcher)
                .filter(Matcher::matches)
                .mapToDouble(matched -> KIB * Long.parseLong(matched.group(1)))
                .findFirst();
    }

    /** Resident bytes outside {@code heap}. */
    static OptionalDouble bytesOutside(long pid, Range heap) {
        List<String> lines = read(pid, "smaps");
        return heap.to() == 0 || lines.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(KIB * kibOutside(lines, heap));
    }

    static long kibOutside(List<String> smaps, Range heap) {
        long kib = 0;
        boolean isHeap = false;
        for (String line : smaps) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (mapping.matches()) {
                long from = Long.parseUnsignedLong(mapping.group(1), 16);
                isHeap = from >= heap.from() && from < heap.to();
            } else if (!isHeap && resident.matches()) {
                kib += Long.parseLong(resident.group(1));
            }
        }
        return kib;
    }

    private static List<String> read(long pid, String name) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), name));
        } catch (IOException notToldHere) {
            return List.of();
        }
    }
}
