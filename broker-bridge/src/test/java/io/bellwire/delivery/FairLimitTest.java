package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointUrls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Places go to who has waited longest. */
class FairLimitTest {
    private int room = 1;
    private final FairLimit limit = new FairLimit(() -> room);
    private final TrackedEndpoint first = tracked("first");
    private final TrackedEndpoint second = tracked("second");
    private final TrackedEndpoint third = tracked("third");

    private static TrackedEndpoint tracked(String partner) {
        FeedId feed = FeedId.ofPartner(partner);
        DeliveryOptions options = DeliveryOptions.DEFAULT;
        DeliveryRecord record = new DeliveryRecord(options, new DeliveryMeters(new SimpleMeterRegistry()), () -> 0);
        EndpointDelivery delivery = new EndpointDelivery(
                DeliveryFixture.endpoint(
                        new EndpointId(feed, "main"), DeliveryFixture.settings(CallPayload.FULL), EndpointUrls.NONE),
                null,
                options,
                new Random(7),
                record,
                null);
        return new TrackedEndpoint(new PartnerFeed(feed), 1, delivery, record);
    }

    @Test
    void placeThatIsGrantedIsKeptForItsEndpoint() {
        room = 0;
        assertFalse(limit.admits(first));
        room = 1;
        assertEquals(first, limit.next());

        assertFalse(limit.admits(second)); // though nobody waits any more
        assertTrue(limit.admits(first));
    }

    @Test
    void noMorePlacesAreGrantedThanThereAre() {
        room = 0;
        assertFalse(limit.admits(first));
        assertFalse(limit.admits(second));
        assertNull(limit.next());
        room = 1;
        assertEquals(first, limit.next());
        assertNull(limit.next());

        // the place was taken by a limit that knows nothing of grants
        room = 0;
        assertFalse(limit.admits(first));
        room = 2;
        assertEquals(second, limit.next());
        assertEquals(first, limit.next());
    }

    @Test
    void whoComesLaterWaitsEvenIfThereIsRoom() {
        room = 0;
        assertFalse(limit.admits(first));
        room = 2;
        assertFalse(limit.admits(second));
        assertEquals(first, limit.next());
        assertEquals(second, limit.next());
        assertTrue(limit.admits(second));
        assertTrue(limit.admits(first));
        assertNull(limit.next());
    }

    @Test
    void forgottenEndpointLeavesItsPlaceToOthers() {
        room = 0;
        assertFalse(limit.admits(first));
        assertFalse(limit.admits(second));
        assertFalse(limit.admits(third));
        room = 1;
        assertEquals(first, limit.next());
        limit.forget(first);
        limit.forget(second);
        assertEquals(third, limit.next());
    }
}
