package io.bellwire.receiver;

import io.bellwire.device.DeviceCursor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The logic of a receiver, without input and output: a request becomes a plan, which its owner carries out and then
 * {@linkplain #commit commits}, before the next request. Not thread-safe.
 */
final class Receiver {
    /** A page of the feed has at most 1 MiB and one more change; a batch has no more. */
    static final int BODY_BYTES_MAX = 4 << 20;

    private final ReceiverSettings settings;
    private final SignatureVerifier verifier;
    private final ReceiverFaults faults;
    private final RandomGenerator random;
    private final ReceiverMemory memory;
    private final Map<CallOutcome, Long> results = new EnumMap<>(CallOutcome.class);
    private Instant busyUntil = Instant.MIN;
    private long applied;
    private long replayed;
    private long read;
    private long repeated;

    /**
     * What to do about one request. Immutable.
     *
     * @param work what to keep before anything else; null for nothing
     * @param toPrint the changes that take effect with it
     * @param isReplay whether the call belongs to a replay, as its header says
     * @param isFeedToBeRead whether the feed has more than the call has brought
     * @param isDropped whether the connection is closed instead of the answer
     */
    record Plan(
            CallOutcome result,
            ReceiverAnswer answer,
            @Nullable AppliedWork work,
            List<CallEvent> toPrint,
            int repeated,
            boolean isReplay,
            boolean isFeedToBeRead,
            boolean isDropped,
            Duration delay) {
        private static Plan answer(CallOutcome result, ReceiverAnswer answer) {
            return new Plan(result, answer, null, List.of(), 0, false, false, false, Duration.ZERO);
        }

        private Plan delayed(Duration by) {
            return new Plan(result, answer, work, toPrint, repeated, isReplay, isFeedToBeRead, isDropped, by);
        }

        private Plan dropped() {
            return new Plan(CallOutcome.DROPPED, answer, null, List.of(), 0, isReplay, false, true, delay);
        }

        private Plan falselyFailed() {
            return new Plan(
                    CallOutcome.FALSELY_FAILED,
                    ReceiverAnswer.refusal(500, "applied, and not said"),
                    work,
                    toPrint,
                    repeated,
                    isReplay,
                    isFeedToBeRead,
                    isDropped,
                    delay);
        }
    }

    /** @param kept what the receiver has applied in its life */
    Receiver(ReceiverSettings settings, List<AppliedWork> kept, RandomGenerator random) {
        this.settings = settings;
        this.verifier = new SignatureVerifier(settings.keys(), SignatureVerifier.TOLERANCE);
        this.faults = settings.faults();
        this.random = random;
        this.memory = new ReceiverMemory(settings.feed());
        kept.forEach(memory::apply);
    }

    /**
     * Decides what to do about a request; changes nothing of what was applied.
     *
     * @param wallNow by which a call may be too old
     * @param steadyNow by which the receiver is busy
     */
    Plan receive(ReceivedRequest request, Instant wallNow, Instant steadyNow) {
        if (!request.method().equals("POST")) {
            return Plan.answer(CallOutcome.MALFORMED, ReceiverAnswer.refusal(405, "calls are POST"));
        }
        if (request.body().length > BODY_BYTES_MAX) {
            return Plan.answer(CallOutcome.TOO_LARGE, ReceiverAnswer.refusal(413, "too large"));
        }
        Optional<String> refusal =
                settings.isSignatureChecked() ? verifier.refusal(request, wallNow) : Optional.empty();
        if (refusal.isPresent()) {
            return Plan.answer(CallOutcome.REFUSED, ReceiverAnswer.refusal(401, refusal.get()));
        }
        List<CallEvent> events;
        try {
            events = CallEvent.parse(request.body());
        } catch (IOException malformed) {
            return Plan.answer(CallOutcome.MALFORMED, ReceiverAnswer.refusal(400, "not CloudEvents in JSON"));
        }
        if (events.size() == 1 && events.get(0).type().equals(CallEvent.CHALLENGE)) {
            String value = events.get(0).json().path("data").path("challenge").asText();
            return Plan.answer(CallOutcome.CHALLENGE, ReceiverAnswer.json(200, "challenge", value));
        }
        return withFaults(request, events, steadyNow).delayed(faults.delay());
    }

    private Plan withFaults(ReceivedRequest request, List<CallEvent> events, Instant now) {
        if (faults.status() != 0) {
            return Plan.answer(CallOutcome.STATUS, ReceiverAnswer.refusal(faults.status(), "told to answer so"));
        }
        if (request.body().length > faults.tooLargeOver()) {
            return Plan.answer(CallOutcome.TOO_LARGE, ReceiverAnswer.refusal(413, "too large"));
        }
        if (now.isBefore(busyUntil)) {
            return busy(CallOutcome.EARLY, now);
        }
        if (happens(faults.busyRate())) {
            busyUntil = now.plus(faults.retryAfter());
            return busy(CallOutcome.BUSY, now);
        }
        if (happens(faults.failRate())) {
            return Plan.answer(CallOutcome.FAILED, ReceiverAnswer.refusal(500, "told to fail"));
        }
        if (happens(faults.lieRate())) {
            return Plan.answer(CallOutcome.LIED, ReceiverAnswer.RECEIVED);
        }
        if (happens(faults.forgetRate())) {
            memory.forget();
        }
        Plan plan = work(request, events);
        if (happens(faults.dropRate())) {
            return plan.dropped();
        }
        return happens(faults.falseFailureRate()) ? plan.falselyFailed() : plan;
    }

    private Plan busy(CallOutcome result, Instant now) {
        long seconds = (Duration.between(now, busyUntil).toMillis() + 999) / 1_000;
        return Plan.answer(
                result, ReceiverAnswer.refusal(429, "busy").withHeader("Retry-After", Long.toString(seconds)));
    }

    private Plan work(ReceivedRequest request, List<CallEvent> events) {
        boolean isFeedToBeRead = false;
        int already = 0;
        List<CallEvent> news = new ArrayList<>();
        List<AppliedChange> changes = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (CallEvent event : events) {
            if (event.type().equals(CallEvent.SIGNAL)
                    || (settings.readsFeed() && event.isChange() && !event.hasData())) {
                isFeedToBeRead = true;
            } else if (event.isChange()) {
                AppliedChange change = event.toApplied();
                if (memory.hasChange(change) || !keys.add(change.key())) {
                    already++;
                } else {
                    changes.add(change);
                    news.add(event);
                }
            }
        }
        CallOutcome result;
        if (!changes.isEmpty()) {
            result = CallOutcome.APPLIED;
        } else if (already > 0) {
            result = CallOutcome.REPEATED;
        } else {
            result = isFeedToBeRead ? CallOutcome.NOTIFIED : CallOutcome.TEST;
        }
        AppliedWork work = changes.isEmpty() ? null : new AppliedWork(request.header("webhook-id"), changes, null);
        boolean isReplay = request.header("bellwire-replay").equals("true");
        return new Plan(
                result, ReceiverAnswer.RECEIVED, work, news, already, isReplay, isFeedToBeRead, false, Duration.ZERO);
    }

    private boolean happens(double rate) {
        return rate > 0 && random.nextDouble() < rate;
    }

    /** Counts the plan, and remembers its work, which is kept now. */
    void commit(Plan plan) {
        count(plan.result());
        repeated += plan.repeated();
        if (plan.work() != null) {
            memory.apply(plan.work());
            applied += plan.work().changes().size();
            replayed += plan.isReplay() ? plan.work().changes().size() : 0;
        }
    }

    /** Counts a call whose work could not be kept. */
    void commitNothing() {
        count(CallOutcome.NOT_KEPT);
    }

    private void count(CallOutcome result) {
        results.merge(result, 1L, Long::sum);
    }

    /** What of a page of the feed is still to be applied, with the position after the page. */
    List<CallEvent> newsOf(List<CallEvent> page) {
        return page.stream()
                .filter(event -> !memory.hasChange(event.toApplied()))
                .toList();
    }

    /** Remembers what a page of the feed has brought, which is kept now. */
    void commitPage(AppliedWork work) {
        memory.apply(work);
        read += work.changes().size();
    }

    /** The cursor up to which all changes were applied; empty at the beginning. */
    Optional<DeviceCursor> position() {
        return memory.position();
    }

    /** Whether a change was applied while one before it is missing. */
    boolean hasGap() {
        return memory.hasGap();
    }

    ReceiverTotals totals(long replays, long incompleteReplays, String acknowledged) {
        return new ReceiverTotals(results, applied, replayed, read, repeated, replays, incompleteReplays, acknowledged);
    }
}
