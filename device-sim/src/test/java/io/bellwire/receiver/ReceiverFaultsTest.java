package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.NOW;
import static io.bellwire.receiver.CallFixture.SECRET;
import static io.bellwire.receiver.CallFixture.callOf;
import static io.bellwire.receiver.CallFixture.challenge;
import static io.bellwire.receiver.CallFixture.event;
import static io.bellwire.receiver.CallFixture.headers;
import static io.bellwire.receiver.CallFixture.request;
import static io.bellwire.receiver.CallFixture.signed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each way to misbehave: what is answered, and what was done. */
class ReceiverFaultsTest {
    private static final ReceiverFaults NONE = ReceiverFaults.NONE;

    private static Receiver receiver(ReceiverFaults faults) {
        return new Receiver(
                ReceiverSettings.of(ReceiverKey.parse(SECRET)).with(faults), List.of(), new SplittableRandom(7));
    }

    private static ReceiverFaults rates(double fail, double lie, double falseFailure, double forget, double drop) {
        return new ReceiverFaults(
                Duration.ZERO, fail, lie, falseFailure, forget, drop, 0, Integer.MAX_VALUE, Duration.ZERO, 0);
    }

    private static ReceiverFaults always(int status, int tooLargeOver, Duration retryAfter, double busyRate) {
        return new ReceiverFaults(Duration.ZERO, 0, 0, 0, 0, 0, status, tooLargeOver, retryAfter, busyRate);
    }

    private static Receiver.Plan handle(Receiver receiver, ReceivedRequest request, Instant now) {
        Receiver.Plan plan = receiver.receive(request, now, now);
        receiver.commit(plan);
        return plan;
    }

    private static Receiver.Plan handle(ReceiverFaults faults) {
        return handle(receiver(faults), callOf(1), NOW);
    }

    @Test
    void failureAppliesNothing() {
        Receiver.Plan plan = handle(rates(1, 0, 0, 0, 0));

        assertEquals(500, plan.answer().status());
        assertNull(plan.work());
    }

    @Test
    void lieAppliesNothingAndSaysReceived() {
        Receiver receiver = receiver(rates(0, 1, 0, 0, 0));
        Receiver.Plan plan = handle(receiver, callOf(1), NOW);

        assertEquals(204, plan.answer().status());
        assertNull(plan.work());
        assertEquals(0, receiver.totals(0, 0, "").applied());
    }

    /** A call of the type {@code probe} has a wrong signature on purpose. */
    @Test
    void probeIsRefusedUnlessSignaturesAreNotChecked() {
        String body = event("io.bellwire.endpoint.probe", "probe-1").toString();
        String otherSecret = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
        ReceivedRequest probe = request(headers(otherSecret, "probe-1", NOW, body), body);
        ReceiverSettings settings = ReceiverSettings.of(ReceiverKey.parse(SECRET));

        assertEquals(
                401, handle(receiver(rates(0, 1, 0, 0, 0)), probe, NOW).answer().status());

        Receiver trusting = new Receiver(
                new ReceiverSettings(settings.keys(), false, "", NONE), List.of(), new SplittableRandom(7));
        Receiver.Plan plan = handle(trusting, probe, NOW);
        assertEquals(204, plan.answer().status());
        assertEquals(CallOutcome.TEST, plan.result());
        assertNull(plan.work());
    }

    @Test
    void falseFailureAppliesAndItsRepetitionIsKnown() {
        Receiver receiver = receiver(rates(0, 0, 1, 0, 0));
        Receiver.Plan first = handle(receiver, callOf(1), NOW);
        Receiver.Plan second = handle(receiver, callOf(1), NOW);

        assertEquals(500, first.answer().status());
        assertNotNull(first.work());
        assertNull(second.work());
    }

    @Test
    void forgettingAppliesARepetitionAgain() {
        Receiver receiver = receiver(rates(0, 0, 0, 1, 0));

        assertNotNull(handle(receiver, callOf(1), NOW).work());
        assertNotNull(handle(receiver, callOf(1), NOW).work());
    }

    @Test
    void droppedCallAppliesNothing() {
        Receiver.Plan plan = handle(rates(0, 0, 0, 0, 1));

        assertTrue(plan.isDropped());
        assertNull(plan.work());
    }

    @Test
    void statusIsAnsweredAndNothingApplied() {
        Receiver.Plan plan = handle(always(410, Integer.MAX_VALUE, Duration.ZERO, 0));

        assertEquals(410, plan.answer().status());
        assertNull(plan.work());
    }

    @Test
    void longBodyIsTooLarge() {
        int bytes = callOf(1).body().length;

        assertEquals(
                413, handle(always(0, bytes - 1, Duration.ZERO, 0)).answer().status());
        assertEquals(204, handle(always(0, bytes, Duration.ZERO, 0)).answer().status());
    }

    @Test
    void busyReceiverNamesTheTimeAndCountsWhoIsEarly() {
        Receiver receiver = receiver(always(0, Integer.MAX_VALUE, Duration.ofSeconds(3), 1));

        Receiver.Plan busy = handle(receiver, callOf(1), NOW);
        Receiver.Plan early = handle(receiver, callOf(1), NOW.plusMillis(1_500));
        Receiver.Plan after = handle(receiver, callOf(1), NOW.plusSeconds(3));

        assertEquals(429, busy.answer().status());
        assertEquals("3", busy.answer().headers().get("Retry-After"));
        assertEquals("2", early.answer().headers().get("Retry-After"));
        assertEquals(
                List.of(CallOutcome.BUSY, CallOutcome.EARLY, CallOutcome.BUSY),
                List.of(busy.result(), early.result(), after.result()));
        assertEquals(1, receiver.totals(0, 0, "").calls(CallOutcome.EARLY));
    }

    @Test
    void busyTimeEndsThoughTheWallClockIsSetBack() {
        Receiver receiver = receiver(always(0, Integer.MAX_VALUE, Duration.ofSeconds(3), 1));
        receiver.commit(receiver.receive(callOf(1), NOW.plusSeconds(60), NOW));

        assertEquals(
                CallOutcome.EARLY,
                receiver.receive(callOf(1), NOW, NOW.plusSeconds(2)).result());
        assertEquals(
                CallOutcome.BUSY,
                receiver.receive(callOf(1), NOW, NOW.plusSeconds(3)).result());
    }

    @Test
    void delayIsOfEachAnswer() {
        ReceiverFaults slow =
                new ReceiverFaults(Duration.ofSeconds(2), 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE, Duration.ZERO, 0);

        assertEquals(Duration.ofSeconds(2), handle(slow).delay());
        assertEquals(Duration.ZERO, handle(NONE).delay());
    }

    /** Else an endpoint with faults could not be set up. */
    @Test
    void challengeIsAnsweredWithoutFaults() {
        Receiver receiver = receiver(rates(1, 1, 1, 1, 1));

        Receiver.Plan plan =
                handle(receiver, signed("challenge-1", challenge("r4nd0m").toString()), NOW);

        assertEquals(CallOutcome.CHALLENGE, plan.result());
    }

    @Test
    void rateIsKeptAndTheSameSeedDrawsTheSame() {
        long failed = 0;
        Receiver first = receiver(rates(0.2, 0, 0, 0, 0));
        Receiver second = receiver(rates(0.2, 0, 0, 0, 0));
        for (int i = 1; i <= 1_000; i++) {
            CallOutcome result = handle(first, callOf(i), NOW).result();
            assertEquals(result, handle(second, callOf(i), NOW).result());
            failed += result == CallOutcome.FAILED ? 1 : 0;
        }
        assertTrue(failed > 150 && failed < 250, "failed: " + failed);
    }

    @Test
    void impossibleFaultsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> rates(1.1, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> rates(0, Double.NaN, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> always(99, 0, Duration.ZERO, 0));
        assertThrows(IllegalArgumentException.class, () -> always(0, -1, Duration.ZERO, 0));
        assertThrows(IllegalArgumentException.class, () -> always(0, 0, Duration.ofSeconds(-1), 0));
    }
}
