package io.bellwire.guarantees;

import io.bellwire.serve.Serve;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The shell command that starts the server of these tests in a process of its own. */
final class ServeCommand {
    private ServeCommand() {}

    /** @param data the server's data folder */
    static String in(Path data) {
        return Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Serve.class.getName(),
                        "--data-dir",
                        data.toString())
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
