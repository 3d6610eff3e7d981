package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs end-to-end measurements: each measures the reference first and then the product, so that the load generator is
 * warm when the product is measured.
 *
 * @param profiles the folder for recordings of the product, if wanted
 */
record EndToEnd(BenchServers servers, BenchPlan plan, ProgressLines progress, Optional<Path> profiles) {
    /** Starts a new server. */
    interface TargetStarter {
        LoadTarget start() throws IOException;
    }

    /** A measurement of one server. */
    interface Measurement {
        Rounds measure(TargetStarter starter) throws Exception;
    }

    /** The figures of both servers. */
    record Comparison(Rounds product, Rounds reference) {
        Row row(String title, String unit, String goal, String figure) {
            return Rounds.row(title, unit, goal, figure, product, reference);
        }
    }

    Comparison measure(Measurement part) throws Exception {
        Rounds reference = part.measure(() -> new ReferenceTarget(servers));
        return new Comparison(part.measure(() -> new ProductTarget(servers)), reference);
    }

    /** The measured work. */
    interface Work {
        void run() throws Exception;
    }

    /** Runs {@code work}, and records the product meanwhile if profiles are wanted. */
    void recorded(String part, LoadTarget target, Work work) throws Exception {
        if (profiles.isEmpty() || target instanceof ReferenceTarget) {
            work.run();
            return;
        }
        FlightRecording recording =
                FlightRecording.start(target.processes().get(0).pid(), profiles.get(), part);
        try {
            work.run();
        } finally {
            recording.close();
        }
    }
}
