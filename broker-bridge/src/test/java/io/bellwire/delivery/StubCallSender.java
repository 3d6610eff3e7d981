package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Records calls, and answers them as the test says, after 2 ms or another time. */
final class StubCallSender implements CallSender {
    private final Scheduler time;
    /** What each call is answered. */
    Function<PreparedCall, CallResult> answer = call -> answered(200);
    /** After which time; never if it is negative. */
    Function<PreparedCall, Duration> latency = call -> Duration.ofMillis(2);

    final List<Sent> sent = new ArrayList<>();
    int underWay;
    int underWayMax;

    /** A call, and when it was made. */
    record Sent(PreparedCall call, long atNanos) {
        String id() {
            return call.webhookId();
        }

        String text() {
            return new String(call.body(), StandardCharsets.UTF_8);
        }

        long atSeconds() {
            return Duration.ofNanos(atNanos).toSeconds();
        }
    }

    StubCallSender(Scheduler time) {
        this.time = time;
    }

    static CallResult answered(int status) {
        return answered(status, "");
    }

    static CallResult answered(int status, String body) {
        return new CallResult.Answered(
                status, Optional.empty(), body.getBytes(StandardCharsets.UTF_8), Duration.ofMillis(2));
    }

    static CallResult retryAfter(int status, Duration time) {
        return new CallResult.Answered(status, Optional.of(time), new byte[0], Duration.ofMillis(2));
    }

    @Override
    public void send(PreparedCall call, Consumer<CallResult> done) {
        sent.add(new Sent(call, time.nowNanos()));
        underWay++;
        underWayMax = Math.max(underWayMax, underWay);
        CallResult result = answer.apply(call);
        Duration after = latency.apply(call);
        if (!after.isNegative()) {
            time.schedule(after, () -> {
                underWay--;
                done.accept(result);
            });
        }
    }

    /** The ids of all calls so far. */
    List<String> ids() {
        return sent.stream().map(Sent::id).toList();
    }

    /** The revisions of all calls so far, of which each carries one change. */
    List<Long> revisions() {
        return sent.stream()
                .map(one -> Long.valueOf(one.id().substring(one.id().indexOf('-') + 1)))
                .toList();
    }

    /** The times between calls. */
    List<Long> secondsBetween() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 1; i < sent.size(); i++) {
            seconds.add(sent.get(i).atSeconds() - sent.get(i - 1).atSeconds());
        }
        return seconds;
    }
}
