package io.bellwire.bench;

import java.nio.file.Path;
import java.util.Map;

/** Measures the time from kill -9 until the server is ready again. */
final class RestartBench {
    private static final int ROUNDS = 3;

    private RestartBench() {}

    /** Runs on the filled log in {@code folder}. */
    static Row run(BenchServers servers, Path folder, long changes) throws Exception {
        double best = Double.MAX_VALUE;
        double worst = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (BenchProcess server = servers.bellwire(folder)) {
                if (round > 0) { // the first start may find a cleanly closed log
                    best = Math.min(best, server.startSeconds);
                    worst = Math.max(worst, server.startSeconds);
                }
                server.kill();
            }
        }
        long started = System.nanoTime();
        Process least = new ProcessBuilder(
                        servers.javaHome().resolve("bin").resolve("java").toString(), "-version")
                .redirectErrorStream(true)
                .start();
        least.getInputStream().readAllBytes();
        double lowerBound = (System.nanoTime() - started) / 1e9;
        return Row.of("kill -9 to ready, log of " + changes, worst, "s", lowerBound, "<= 3 s", Map.of("best_s", best));
    }
}
