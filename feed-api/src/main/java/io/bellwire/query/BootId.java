package io.bellwire.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells one run of the operating system from another. */
final class BootId {
    /** Linux draws it at each start of the kernel (random(4)). */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {}

    /** An id of this run; empty where the operating system does not tell. */
    static String id() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
