package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.ReplayState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Endpoints of a partner that is disconnected, and that is connected again. */
class SuspendedEndpointsTest extends DeliveryFixture {
    @Test
    void suspendedEndpointIsNotCalledAndGoesOnWhereItWas() {
        put(settings(CallPayload.FULL));
        commit(2);
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L), sender.revisions());

        deliveries.suspend(ACME, true);
        commit(2);
        after(Duration.ofHours(30));
        assertEquals(2, sender.sent.size());

        deliveries.suspend(ACME, false);
        after(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L, 3L, 4L), sender.revisions());
    }

    @Test
    void pausedEndpointIsCalledAtOnceWhenItIsConnectedAgain() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> answered(500);
        commit(1);
        after(Duration.ofHours(5));
        assertEquals(EndpointState.PAUSED, health().state());
        deliveries.suspend(ACME, true);
        after(Duration.ofMinutes(1));
        int calls = sender.sent.size();
        sender.answer = call -> answered(200);

        deliveries.suspend(ACME, false);
        after(Duration.ofSeconds(1));

        assertEquals(calls + 1, sender.sent.size());
        assertEquals(EndpointState.HEALTHY, health().state());
    }

    @Test
    void endpointThatIsCreatedMeanwhileIsNotCalledEither() {
        deliveries.suspend(ACME, true);
        put(settings(CallPayload.FULL));
        commit(1);
        after(Duration.ofHours(1));
        assertEquals(0, sender.sent.size());
    }

    @Test
    void whatSomebodyAsksForIsRefusedAndAReplayWaits() {
        put(settings(CallPayload.FULL));
        commit(20);
        after(Duration.ofSeconds(1));
        ReplayRange all = new ReplayRange(new Revision(0), Optional.empty(), OptionalInt.of(1));
        CompletableFuture<?> started =
                deliveries.recovery().startReplay(MAIN, all).toCompletableFuture();
        after(Duration.ofSeconds(5));
        started.join();
        deliveries.suspend(ACME, true);
        after(Duration.ofSeconds(2));
        int calls = sender.sent.size();

        CompletableFuture<?> tested = deliveries.recovery().test(MAIN).toCompletableFuture();
        after(Duration.ofHours(1));
        assertTrue(tested.isCompletedExceptionally());
        assertEquals(calls, sender.sent.size());
        assertEquals(
                ReplayState.WAITING,
                deliveries.recovery().replay(MAIN).orElseThrow().state());

        deliveries.suspend(ACME, false);
        after(Duration.ofMinutes(1));
        assertEquals(
                ReplayState.DONE,
                deliveries.recovery().replay(MAIN).orElseThrow().state());
    }
}
