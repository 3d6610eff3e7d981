package io.bellwire.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bug for a {@link PlantedProduct}: a text of one class of the product, and what stands there instead. Immutable.
 *
 * @param module the module of the class
 * @param className with its package, without {@code io.bellwire}
 * @param right what is in the source once, in whatever layout; the planting fails if it is not
 * @param wrong what replaces it
 */
record PlantedBug(String name, String module, String className, String right, String wrong) {
    PlantedBug {
        className = "io.bellwire." + className;
    }

    /** The source of the class with the bug. */
    String plantedSource() {
        Path file = Path.of("..", module, "src", "main", "java", className.replace('.', '/') + ".java");
        String source;
        try {
            source = Files.readString(file).replaceAll("//.*", "").replaceAll("\\s+", " ");
        } catch (IOException e) {
            throw new UncheckedIOException("the bug '" + name + "' has no class any more", e);
        }
        int found = source.indexOf(right);
        if (found < 0 || source.indexOf(right, found + 1) >= 0) {
            throw new IllegalStateException(
                    "the bug '" + name + "' does not fit any more: " + file + " must have this once: " + right);
        }
        return source.substring(0, found) + wrong + source.substring(found + right.length());
    }

    @Override
    public String toString() {
        return name;
    }
}
