package io.bellwire.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the id of the present run of the operating system, which tells a killed process from a power cut. */
final class BootId {
    /** Linux draws this id at each start of the kernel (random(4)). */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {}

    /** The id; empty where the operating system has none. */
    static String id() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
