package io.bellwire.certify;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs certifications in parallel, as they wait in vain for most of their time. */
final class ParallelTests {
    private static final int THREADS = 4;

    private ParallelTests() {}

    /**
     * Begins the certification of each of {@code faults} now, and returns one test for each.
     *
     * @param certify runs one certification
     * @param check checks its outcome
     */
    static <F> Stream<DynamicTest> tests(Stream<F> faults, Function<F, Callable<CaseOutcome>> certify, Check<F> check) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<F> all = faults.toList();
        List<Future<CaseOutcome>> outcomes =
                all.stream().map(fault -> threads.submit(certify.apply(fault))).toList();
        threads.shutdown(); // submitted tasks still run
        return Stream.iterate(0, i -> i < all.size(), i -> i + 1)
                .map(i -> DynamicTest.dynamicTest(all.get(i).toString(), () -> {
                    check.check(all.get(i), get(outcomes.get(i)));
                }));
    }

    private static CaseOutcome get(Future<CaseOutcome> outcome) throws Exception {
        try {
            return outcome.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    /** Throws if the outcome is wrong. */
    interface Check<F> {
        void check(F fault, CaseOutcome outcome);
    }
}
