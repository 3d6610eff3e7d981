package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the servers that are measured, all with the same JVM.
 *
 * @param serve the command that runs the product's server, to which options are added
 * @param javaHome where the JVM is
 */
record Servers(List<String> serve, Path javaHome) {
    /** Any free port. */
    static final int FREE = 0;

    Servers {
        serve = List.copyOf(serve);
    }

    /** The product's server, as its users start it. */
    Child bellwire(Path dataFolder, String... options) throws IOException {
        return bellwire(dataFolder, FREE, FREE, options);
    }

    Child bellwire(Path dataFolder, int httpPort, int mqttPort, String... options) throws IOException {
        List<String> command = new ArrayList<>(serve);
        command.addAll(List.of("--data-dir", dataFolder.toString()));
        command.addAll(List.of("--http-port", Integer.toString(httpPort), "--mqtt-port", Integer.toString(mqttPort)));
        command.addAll(List.of(options));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("JAVA_HOME", javaHome.toString());
        return Child.start(process);
    }

    /** {@link FloorServer}. */
    Child floor(Path folder) throws IOException {
        return Child.start(main(FloorServer.class, folder.toString()));
    }

    /** A class of this benchmark as a process. */
    ProcessBuilder main(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin").resolve("java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
