package io.bellwire.factor;

import java.time.Duration;
import java.util.function.Function;

/**
 * What became of a write that takes a code. Immutable.
 *
 * @param <T> the result of the write
 */
public sealed interface FactorResult<T> {
    /** The write was made. */
    record Passed<T>(T result) implements FactorResult<T> {}

    /**
     * The write was not made.
     *
     * @param delay how long to wait before the next attempt; zero if that does not help
     */
    record Refused<T>(FactorRefusal why, Duration delay) implements FactorResult<T> {}

    static <T> FactorResult<T> refused(FactorRefusal why) {
        return new Refused<>(why, Duration.ZERO);
    }

    /** Calls the function of this outcome. */
    default <R> R fold(Function<Passed<T>, R> passed, Function<Refused<T>, R> refused) {
        if (this instanceof Passed<T> one) {
            return passed.apply(one);
        }
        return refused.apply((Refused<T>) this);
    }
}
