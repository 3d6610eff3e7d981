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

/** Tests that run side by side, since most of their time they wait for what does not come. */
final class AtOnce {
    private static final int THREADS = 4;

    private AtOnce() {}

    /**
     * One test for each of {@code faults}, all begun now.
     *
     * @param certify what takes its time
     * @param check looks at what it has returned
     */
    static <F> Stream<DynamicTest> tests(Stream<F> faults, Function<F, Callable<CaseOutcome>> certify, Check<F> check) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<F> all = faults.toList();
        List<Future<CaseOutcome>> outcomes =
                all.stream().map(fault -> threads.submit(certify.apply(fault))).toList();
        threads.shutdown(); // what was submitted still runs
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
