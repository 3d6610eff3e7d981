package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.EndpointUrls;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One endpoint does not hold up another, and a defect of one does not either. */
class DeliveryFairnessTest extends DeliveryFixture {
    private static final DeliveryOptions TIGHT = new DeliveryOptions(
            DeliveryOptions.DEFAULT.retries(),
            5,
            2,
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofHours(4),
            1 << 20,
            8,
            2,
            Duration.ofHours(1),
            Duration.ZERO);
    private static final EndpointSettings PARALLEL =
            settings(CallPayload.FULL, CallOrdering.NONE, limits(1, 32, 1_000), "*");

    private EndpointId add(String partner, EndpointSettings settings) {
        EndpointId id = new EndpointId(FeedId.ofPartner(partner), "main");
        EndpointUrls urls = new EndpointUrls(Optional.of(URL), Optional.empty(), Optional.empty());
        deliveries.put(endpoint(id, settings, urls), Optional.of(new EndpointPosition(feed.epoch, Revision.NONE)));
        return id;
    }

    private void commitTo(String partner, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            commit(FeedId.ofPartner(partner), StubEndpointFeed.CREATED, ORDER_7, "\"" + "x".repeat(bytes) + "\"");
        }
    }

    private long pending(EndpointId id) {
        return deliveries.health(id).orElseThrow().pending();
    }

    @Test
    void partnerWithALongBacklogDoesNotHoldUpOthers() {
        deliveries = deliveries(TIGHT);
        sender.latency = call -> Duration.ofMillis(20);
        EndpointId busy = add("busy", PARALLEL);
        EndpointId calm = add("calm", PARALLEL);
        commitTo("busy", 2_000, 10);
        after(Duration.ofMillis(100));
        commitTo("calm", 8, 10);
        after(Duration.ofMillis(100)); // 40 calls of both together

        assertEquals(0, pending(calm));
        assertTrue(pending(busy) > 0);
        assertEquals(8, sender.underWayMax);
        after(Duration.ofSeconds(10));
        assertEquals(0, pending(busy));
    }

    @Test
    void bytesUnderWayAreBounded() {
        deliveries = deliveries(TIGHT);
        sender.latency = call -> Duration.ofSeconds(1);
        EndpointId large = add("large", PARALLEL);
        commitTo("large", 20, 200_000);
        after(Duration.ofMillis(500));
        assertEquals(6, sender.underWay); // the sixth passes the limit of a MiB

        after(Duration.ofSeconds(10));
        assertEquals(0, pending(large));
        assertEquals(0, meters.get("bellwire.webhook.bytes.in.flight").gauge().value());
    }

    @Test
    void readsOfTheStoreAreBounded() {
        deliveries = deliveries(TIGHT);
        feed.recentMax = 0;
        for (int i = 0; i < 50; i++) {
            add("p" + i, settings(CallPayload.FULL));
            commitTo("p" + i, 2, 10);
        }
        after(Duration.ofSeconds(5));

        assertEquals(2, feed.loadsUnderWayMax);
        assertEquals(100, sender.sent.size());
    }

    @Test
    void endpointThatIsDownOrSlowDoesNotHoldUpOthers() {
        EndpointId slow = add("slow", settings(CallPayload.FULL));
        EndpointId down = add("down", settings(CallPayload.FULL));
        EndpointId good = add("good", settings(CallPayload.FULL));
        sender.latency = call -> call.endpoint().equals(slow) ? Duration.ofSeconds(14) : Duration.ofMillis(2);
        sender.answer = call -> answered(call.endpoint().equals(down) ? 500 : 200);
        for (String partner : new String[] {"slow", "down", "good"}) {
            commitTo(partner, 20, 10);
        }
        after(Duration.ofSeconds(1));

        assertEquals(0, pending(good));
    }

    @Test
    void senderThatThrowsIsAFailedAttempt() {
        EndpointId broken = add("broken", settings(CallPayload.FULL));
        EndpointId good = add("good", settings(CallPayload.FULL));
        sender.answer = call -> {
            if (call.endpoint().equals(broken)) {
                throw new IllegalStateException("planted");
            }
            return answered(200);
        };
        commitTo("broken", 1, 10);
        commitTo("good", 1, 10);
        after(Duration.ofSeconds(1));

        assertEquals(0, pending(good));
        assertEquals(
                EndpointState.FAILING, deliveries.health(broken).orElseThrow().state());
        assertEquals(1, count("bellwire.webhook.faults"));
        sender.answer = call -> answered(200);
        after(Duration.ofSeconds(10));
        assertEquals(0, pending(broken));
    }

    @Test
    void removedEndpointIsNotCalledAnyMore() {
        EndpointId gone = add("gone", settings(CallPayload.FULL));
        sender.latency = call -> Duration.ofMillis(100);
        commitTo("gone", 5, 10);
        after(Duration.ofMillis(150));
        deliveries.remove(gone);
        after(Duration.ofMinutes(1));

        assertEquals(2, sender.sent.size());
        assertEquals(Optional.empty(), deliveries.health(gone));
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
        assertEquals(
                0,
                meters.get("bellwire.webhook.endpoints")
                        .tags("state", "healthy")
                        .gauge()
                        .value());
    }

    @Test
    void oldestChangeAndStatesAreInTheMetrics() {
        sender.answer = call -> answered(500);
        put(settings(CallPayload.FULL));
        commit(1);
        after(Duration.ofSeconds(100));

        assertEquals(100, meters.get("bellwire.webhook.oldest.seconds").gauge().value(), 0.01);
        assertEquals(
                1,
                meters.get("bellwire.webhook.endpoints")
                        .tags("state", "failing")
                        .gauge()
                        .value());
        assertEquals(2, count("bellwire.webhook.calls", "result", "refused"));
        assertTrue(health().nextAttempt().orElseThrow().compareTo(Duration.ofMinutes(3)) > 0);
        assertEquals(StubEndpointFeed.BEGIN_MILLIS + 1, health().oldestMillis().orElseThrow());
    }
}
