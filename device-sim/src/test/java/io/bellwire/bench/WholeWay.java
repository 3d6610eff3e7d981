package io.bellwire.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the parts that measure the whole way share. Each part is done to the reference first and then to the product, so
 * that what the load itself has to warm up is warm when the product is measured.
 *
 * @param profiles where recordings of the product go, if any are wanted
 */
record WholeWay(Servers servers, BenchPlan plan, ProgressLines progress, Optional<Path> profiles) {
    /** Starts a server that has not been used. */
    interface Fresh {
        LoadTarget start() throws IOException;
    }

    /** What is done to each of both. */
    interface Part {
        Rounds measure(Fresh fresh) throws Exception;
    }

    /** The figures of both. */
    record Both(Rounds product, Rounds reference) {
        Row row(String title, String unit, String goal, String figure) {
            return Rounds.row(title, unit, goal, figure, product, reference);
        }
    }

    Both measure(Part part) throws Exception {
        Rounds reference = part.measure(() -> new ReferenceTarget(servers));
        return new Both(part.measure(() -> new ProductTarget(servers)), reference);
    }

    /** What is measured. */
    interface Work {
        void run() throws Exception;
    }

    /** Works, and records meanwhile what the product does, if profiles are wanted. */
    void recorded(String part, LoadTarget target, Work work) throws Exception {
        if (profiles.isEmpty() || target instanceof ReferenceTarget) {
            work.run();
            return;
        }
        Recording recording = Recording.start(target.processes().get(0).pid(), profiles.get(), part);
        try {
            work.run();
        } finally {
            recording.close();
        }
    }
}
