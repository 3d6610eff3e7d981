package io.bellwire.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes clients wait whose logins fail, over all protocols together. Ask {@link #waitOf} before anything is looked up,
 * and report the outcome afterwards.
 *
 * <ul>
 *   <li>The same credentials from the same address: after 10 failures in a row they have to wait. A device with an old
 *       secret that tries without pause costs itself its place, and nobody else.
 *   <li>An address: the {@link FailedLoginLimits} say how many logins may fail; then all its clients have to wait.
 *   <li>Credentials that have been good from this address never have to wait: whoever guesses secrets behind the same
 *       proxy does not keep the devices there from connecting again.
 * </ul>
 *
 * <p>A wait is a second, and twice as long each time. What is remembered of failures is forgotten after ten minutes
 * without one. Thread-safe.
 */
public final class FailedLogins {
    private static final int FAILURES_IN_A_ROW_MAX = 10;
    private static final long WAIT_FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    private static final int DOUBLINGS_MAX = 12;
    /** About 150 bytes each. Beyond these bounds, what was not used for longest is forgotten. */
    private static final int ADDRESSES_MAX = 10_000;

    private static final int FAILED_MAX = 20_000;
    private static final int GOOD_MAX = 65_536;

    private final FailedLoginLimits limits;
    private final Stopwatch elapsed;
    private final Cache<ClientAddress, Failures> addresses;
    private final Cache<LoginAttempt, Failures> failed;
    private final Cache<LoginAttempt, Boolean> good;
    private final Counter failures;
    private final Counter refused;

    public FailedLogins(FailedLoginLimits limits, Stopwatch elapsed, MeterRegistry meters) {
        this.limits = limits;
        this.elapsed = elapsed;
        this.addresses = forgetful(ADDRESSES_MAX, elapsed);
        this.failed = forgetful(FAILED_MAX, elapsed);
        this.good = Caffeine.newBuilder()
                .maximumSize(GOOD_MAX)
                .executor(Runnable::run)
                .build();
        this.failures = Counter.builder("bellwire.logins.failed")
                .description("Logins with wrong credentials, over all protocols")
                .register(meters);
        this.refused = Counter.builder("bellwire.logins.delayed")
                .description("Logins refused unchecked because too many had failed before")
                .register(meters);
        Gauge.builder("bellwire.logins.failed.addresses", this, FailedLogins::addresses)
                .description("Addresses whose logins have failed lately")
                .register(meters);
    }

    private static <K> Cache<K, Failures> forgetful(int keysMax, Stopwatch elapsed) {
        return Caffeine.newBuilder()
                .maximumSize(keysMax)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The failures of one key.
     *
     * @param count how many, or the state of the bucket of an address
     * @param waits how many waits there were
     * @param waitUntilNanos the end of the last one
     */
    private record Failures(long count, int waits, long waitUntilNanos) {
        private static final Failures NONE = new Failures(0, 0, 0);

        static Failures orNone(@Nullable Failures known) {
            return known == null ? NONE : known;
        }

        /** With one wait more, which begins now. Logins that were checked at the same time make one wait. */
        Failures waiting(long newCount, long nowNanos, Duration waitMax) {
            if (nowNanos < waitUntilNanos) {
                return counting(newCount);
            }
            long wait = Math.min(WAIT_FIRST_NANOS << Math.min(waits, DOUBLINGS_MAX), waitMax.toNanos());
            return new Failures(newCount, waits + 1, nowNanos + wait);
        }

        Failures counting(long newCount) {
            return new Failures(newCount, waits, waitUntilNanos);
        }
    }

    /** How long the client has to wait; zero if its secret may be looked up now. */
    public Duration waitOf(LoginAttempt attempt) {
        if (limits.perAddress().isUnlimited() || good.getIfPresent(attempt) != null) {
            return Duration.ZERO;
        }
        long until = Math.max(
                Failures.orNone(failed.getIfPresent(attempt)).waitUntilNanos,
                Failures.orNone(addresses.getIfPresent(attempt.from())).waitUntilNanos);
        long wait = until - elapsed.nanos();
        if (wait <= 0) {
            return Duration.ZERO;
        }
        refused.increment();
        return Duration.ofNanos(wait);
    }

    /** The credentials were wrong. */
    public void failed(LoginAttempt attempt) {
        failures.increment();
        if (limits.perAddress().isUnlimited()) {
            return;
        }
        good.invalidate(attempt);
        long nowNanos = elapsed.nanos();
        failed.asMap().compute(attempt, (same, known) -> {
            Failures before = Failures.orNone(known);
            return before.count + 1 < FAILURES_IN_A_ROW_MAX
                    ? before.counting(before.count + 1)
                    : before.waiting(before.count + 1, nowNanos, limits.waitMax());
        });
        addresses.asMap().compute(attempt.from(), (same, known) -> {
            Failures before = Failures.orNone(known);
            TokenBucket.Taken taken = limits.perAddress().take(before.count, TimeUnit.NANOSECONDS.toMicros(nowNanos));
            return taken.waitMicros() == 0
                    ? before.counting(taken.state())
                    : before.waiting(taken.state(), nowNanos, limits.waitMax());
        });
    }

    /** The credentials were good. The failures of other clients of the address stay. */
    public void succeeded(LoginAttempt attempt) {
        if (!limits.perAddress().isUnlimited()) {
            if (good.getIfPresent(attempt) == null) { // a read costs less, and most callers are known
                good.put(attempt, true);
                failed.invalidate(attempt);
            }
        }
    }

    /** How many addresses are remembered because of failed logins. */
    public long addresses() {
        addresses.cleanUp();
        return addresses.estimatedSize();
    }
}
