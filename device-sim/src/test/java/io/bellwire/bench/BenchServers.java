package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the measured servers, all with the same JVM.
 *
 * @param serve the command that runs the product's server; options are appended
 * @param javaHome the folder of the JVM
 */
record BenchServers(List<String> serve, Path javaHome) {
    /** Any free port. */
    static final int FREE = 0;

    BenchServers {
        serve = List.copyOf(serve);
    }

    /** Starts the product's server as users start it. */
    BenchProcess bellwire(Path dataFolder, String... options) throws IOException {
        return bellwire(dataFolder, FREE, FREE, options);
    }

    BenchProcess bellwire(Path dataFolder, int httpPort, int mqttPort, String... options) throws IOException {
        List<String> command = new ArrayList<>(serve);
        command.addAll(List.of("--data-dir", dataFolder.toString()));
        command.addAll(List.of("--http-port", Integer.toString(httpPort), "--mqtt-port", Integer.toString(mqttPort)));
        command.addAll(List.of(options));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("JAVA_HOME", javaHome.toString());
        return BenchProcess.start(process);
    }

    /** Starts a {@link LowerBoundServer}. */
    BenchProcess lowerBound(Path folder) throws IOException {
        return BenchProcess.start(main(LowerBoundServer.class, folder.toString()));
    }

    /** A process that runs a main class of this benchmark. */
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
