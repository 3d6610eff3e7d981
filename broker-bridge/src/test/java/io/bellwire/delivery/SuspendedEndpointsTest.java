package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointState;
import java.time.Duration;
import java.util.List;
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
}
