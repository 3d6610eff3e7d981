package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointUrls;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What endpoints cost that have nothing to do. */
class IdleEndpointsTest extends DeliveryFixture {
    private static final int ENDPOINTS = 10_000;
    private static final long BYTES_MAX = 1_500;

    @Test
    void idleEndpointTakesLittleMemoryAndNoTimer() {
        for (int i = 0; i < ENDPOINTS; i++) {
            feed.of(FeedId.ofPartner("warm-" + i)); // the feeds of the test are not counted
        }
        long before = usedBytes();
        for (int i = 0; i < ENDPOINTS; i++) {
            EndpointId id = new EndpointId(FeedId.ofPartner("warm-" + i), "main");
            EndpointUrls urls = new EndpointUrls(
                    Optional.of("https://receiver.partner.example/hooks/bellwire?of=" + i),
                    Optional.empty(),
                    Optional.empty());
            deliveries.put(
                    endpoint(id, settings(CallPayload.FULL), urls),
                    Optional.of(new EndpointPosition(feed.epoch, Revision.NONE)));
        }
        after(Duration.ofMinutes(1));
        long each = (usedBytes() - before) / ENDPOINTS;

        assertTrue(each <= BYTES_MAX, "bytes for each: " + each);
        assertEquals(0, time.tasks());
        assertEquals(Optional.empty(), deliveries.problem());

        // and it still works
        commit(FeedId.ofPartner("warm-77"), StubEndpointFeed.CREATED, ORDER_7, "{}");
        after(Duration.ofSeconds(3));
        assertEquals(1, sender.sent.size());
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
