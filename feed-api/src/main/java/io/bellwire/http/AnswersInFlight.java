package io.bellwire.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of all answers that are being written, for each caller and in all. A caller that sends requests and does
 * not read their answers would otherwise make the server hold all of them. Thread-safe.
 */
final class AnswersInFlight {
    private final CallerLimits limits;
    private final AtomicLong inAll = new AtomicLong();
    private final ConcurrentMap<String, Long> byHolder = new ConcurrentHashMap<>();
    private final Counter refused;

    AnswersInFlight(CallerLimits limits, MeterRegistry meters) {
        this.limits = limits;
        Gauge.builder("bellwire.http.answers.bytes", inAll, AtomicLong::get)
                .description("Bytes of answers that are not read yet")
                .register(meters);
        this.refused = Counter.builder("bellwire.http.answers.refused")
                .description("Reads refused because too many answers were not read yet")
                .register(meters);
    }

    /** How long a caller may read nothing of an answer before its connection is closed. */
    long stallMillis() {
        return limits.answerStall().toMillis();
    }

    /** How long a caller may take to read an answer of so many bytes. */
    long readMillis(int bytes) {
        return stallMillis() + bytes * 1_000L / limits.readBytesPerSecondMin();
    }

    /**
     * Refuses a request, before its answer is made, while the holder has no room; throws the refusal. What all hold
     * together is looked at only when the answer is there, since a small one is always sent.
     */
    void requireRoom(String holder) {
        if (held(holder) >= limits.answerBytesPerCallerMax()) {
            throw new ProblemException(refusal(holder));
        }
    }

    /** Why there is no room. */
    Problem refusal(String holder) {
        refused.increment();
        return held(holder) * 2 >= limits.answerBytesPerCallerMax()
                ? Problem.rateLimited(
                        holder + " has " + held(holder) + " bytes of answers that it has not read yet: read them first",
                        Duration.ofSeconds(1))
                : Problem.overloaded("too many answers are not read yet");
    }

    private long held(String holder) {
        return byHolder.getOrDefault(holder, 0L);
    }

    /** Counts an answer if there is room for it. The only answer of a holder always has room among its own. */
    boolean tryAdd(String holder, int bytes) {
        add(holder, bytes);
        long held = held(holder);
        if (inAll.get() > limits.answerBytesMax() || (held > bytes && held > limits.answerBytesPerCallerMax())) {
            remove(holder, bytes);
            return false;
        }
        return true;
    }

    /** Counts an answer, whether there is room for it or not. */
    void add(String holder, int bytes) {
        inAll.addAndGet(bytes);
        byHolder.merge(holder, (long) bytes, Long::sum);
    }

    void remove(String holder, int bytes) {
        inAll.addAndGet(-bytes);
        byHolder.computeIfPresent(holder, (name, held) -> held == bytes ? null : held - bytes);
    }

    /** How many callers have answers that are not written yet. */
    int holders() {
        return byHolder.size();
    }
}
