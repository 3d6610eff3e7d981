package io.bellwire.receiver;

import io.bellwire.certify.CaseOutcome;
import io.bellwire.certify.Certificate;
import io.bellwire.certify.RuleViolation;
import io.bellwire.device.net.ClientTls;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Runs cases against a partner's receiver, one after the other. The calls carry changes of orders that do not exist, of
 * a partner {@code certify}. Not thread-safe.
 */
public final class ReceiverCertifier {
    /** What a caller cannot see, and a receiver has to do all the same. */
    public static final List<String> NOT_SEEN = List.of(
            "that a repeated call has no second effect, also after a restart of the receiver",
            "that a change is stored before it is answered with 2xx",
            "that signatures are compared in constant time",
            "that a signal, or a change without data, makes the receiver read its feed",
            "that the receiver acknowledges what it has processed");

    static final List<ReceiverCase> ALL = Stream.concat(AcceptedCallCases.ALL.stream(), RefusedCallCases.ALL.stream())
            .toList();

    private final Receiving receiver;
    private final CallSigner signer;
    private final RandomGenerator random;
    private final Clock clock;
    private final LongSupplier nanos;
    private final List<String> warnings = new ArrayList<>();

    /**
     * The receiver that is checked. Immutable.
     *
     * @param tls for {@code https}
     * @param deadline from a call to the end of its answer
     */
    public record Receiving(URI url, ClientTls tls, Duration deadline) {
        public Receiving {
            boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!isHttp || url.getHost() == null || url.getUserInfo() != null) {
                throw new IllegalArgumentException("url must be like https://HOST/PATH, is " + url);
            }
            if (deadline.isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("deadline must be positive, is " + deadline);
            }
        }
    }

    /** @param key {@code whsec_BASE64} or {@code whsk_BASE64}: the receiver verifies with it, or with its public key */
    public ReceiverCertifier(Receiving receiver, String key, RandomGenerator random, Clock clock, LongSupplier nanos) {
        this.receiver = receiver;
        this.signer = new CallSigner(key);
        this.random = random;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** The ids of all cases, in the order of their numbers. */
    public static List<String> ids() {
        return ALL.stream().map(ReceiverCase::id).toList();
    }

    /**
     * Checks that there is a receiver that answers.
     *
     * @throws IOException if not; its message is one line that says why
     */
    public void checkReachable() throws IOException, InterruptedException {
        try {
            CallReply unused = caller().call(calls().test());
        } catch (RuleViolation silent) {
            throw new IOException("no answer from " + receiver.url() + ": " + silent.getMessage(), silent);
        }
    }

    /**
     * Runs the cases with these ids, in the order of their numbers.
     *
     * @param each is called with each outcome as soon as it is known
     * @throws IllegalArgumentException if there is no such case
     */
    public Certificate run(List<String> ids, Consumer<CaseOutcome> each) throws InterruptedException {
        Set<String> unknown = new LinkedHashSet<>(ids);
        ids().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no such case: " + String.join(", ", unknown));
        }
        List<CaseOutcome> outcomes = new ArrayList<>();
        for (ReceiverCase one : ALL) {
            if (ids.contains(one.id())) {
                CaseOutcome outcome = run(one);
                outcomes.add(outcome);
                each.accept(outcome);
            }
        }
        return new Certificate(outcomes);
    }

    /** What the runs until now have seen that is not good, and breaks no rule. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private CaseOutcome run(ReceiverCase one) throws InterruptedException {
        long start = nanos.getAsLong();
        String failure = null;
        try {
            one.check()
                    .run(new ReceiverCase.Run(
                            caller(), calls(), one.id(), warning -> warnings.add(one.id() + ": " + warning)));
        } catch (RuleViolation broken) {
            failure = broken.getMessage();
        }
        return new CaseOutcome(one.number(), one.id(), failure, null, (nanos.getAsLong() - start) / 1_000_000);
    }

    private ReceiverCaller caller() {
        return new ReceiverCaller(receiver.url(), receiver.tls(), receiver.deadline(), nanos);
    }

    /** Each case has an epoch of its own: a receiver sees its changes as those of one feed, from revision 1. */
    private SampleCalls calls() {
        return new SampleCalls(signer, random, clock);
    }
}
