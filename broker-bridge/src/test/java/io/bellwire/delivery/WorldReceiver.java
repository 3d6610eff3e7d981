package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Change;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** What one endpoint of a {@link DeliveryWorld} has got, and what it must not miss. */
final class WorldReceiver {
    private final String name;
    private final StubEndpointFeed.Content feed;
    private final Random random;
    /** As it was set last; its partner may have disabled it. */
    WebhookEndpoint endpoint;
    /** Whether it gets nothing but failures for now. */
    boolean isDown;
    /** Whether all faults have ended. */
    boolean isHealed;
    /** The newest change that a call has carried, or a signal was about, since the server has started. */
    long receivedSinceStart;
    /** What retention has taken before it was received. */
    int missed;

    private final Set<Long> received = new HashSet<>();
    /** What some settings, in force after it was committed, did not ask for. */
    private final Set<Long> excused = new HashSet<>();
    /** URLs that have answered 2xx. */
    private final Set<String> called = new HashSet<>();

    private final Map<UUID, Long> newestOfOrder = new HashMap<>();
    private long newest;
    /** Up to where nothing is missing. */
    private long checked;

    WorldReceiver(String name, WebhookEndpoint endpoint, StubEndpointFeed.Content feed, Random random) {
        this.name = name;
        this.endpoint = endpoint;
        this.feed = feed;
        this.random = random;
    }

    /** The endpoint is written anew. What one of its settings does not ask for need not come. */
    void change(WebhookEndpoint now) {
        excuse();
        endpoint = now;
        excuse();
    }

    private void excuse() {
        for (Change change : feed.changes) {
            if (isSignal() || !wants(change)) {
                excused.add(change.revision().value());
            }
        }
    }

    /** The log was restored from a backup: what comes after its head is of another life of the feed. */
    void restored() {
        received.removeIf(revision -> revision > feed.head());
        excused.removeIf(revision -> revision > feed.head());
        newest = Math.min(newest, feed.head());
        newestOfOrder.replaceAll((order, revision) -> Math.min(revision, feed.head()));
        checked = Math.min(checked, feed.head());
    }

    private boolean isSignal() {
        return endpoint.settings().payload() == CallPayload.SIGNAL;
    }

    private boolean wants(Change change) {
        return TypeFilter.of(endpoint.settings().types()).matches(change);
    }

    CallResult answer(PreparedCall call) {
        assertTrue(endpoint.disabled().isEmpty(), () -> name + " is called though it is disabled");
        assertEquals(endpoint.urls().inUse(), Optional.of(call.url()), name);
        int kind = isHealed ? 100 : random.nextInt(100);
        if (call.payload().equals("probe")) {
            assertTrue(called.contains(call.url()), () -> name + ": the first call of a URL is a probe");
            return kind < 50 ? failure(kind) : StubCallSender.answered(kind < 70 ? 204 : 401);
        }
        if (!isHealed && (isDown || kind < 20)) {
            return kind % 3 == 0 ? StubCallSender.answered(500) : failure(kind);
        }
        if (!isHealed && kind < 25) {
            return StubCallSender.retryAfter(503, Duration.ofSeconds(random.nextInt(60)));
        }
        if (!isHealed && kind < 28 && call.payload().equals("full")) {
            return StubCallSender.answered(413);
        }
        if (!isHealed && kind < 31) {
            return new CallResult.Busy(Duration.ofMillis(random.nextInt(500)));
        }
        long last = receive(call.webhookId());
        if (kind < 36) {
            return failure(kind); // the answer to what was received may be lost
        }
        called.add(call.url());
        receivedSinceStart = Math.max(receivedSinceStart, last);
        return StubCallSender.answered(204);
    }

    private static CallResult failure(int kind) {
        return new CallResult.Failed(kind % 2 == 0 ? "timeout" : "closed", "", Duration.ofSeconds(1));
    }

    private long receive(String id) {
        String[] parts = id.split("-", -1);
        long first = Long.parseLong(parts[1]);
        if (parts.length > 2 && parts[2].equals("signal")) {
            return first;
        }
        long last = parts.length == 3 ? Long.parseLong(parts[2]) : first;
        for (long revision = first; revision <= last; revision++) {
            Change change = feed.changes.get((int) revision - 1);
            if (wants(change) && received.add(revision) && revision > feed.processed && !excused.contains(revision)) {
                checkOrder(change, revision);
            }
        }
        return last;
    }

    private void checkOrder(Change change, long revision) {
        EndpointSettings settings = endpoint.settings();
        if (settings.ordering() == CallOrdering.FEED) {
            assertTrue(revision > newest, () -> name + " got " + revision + " after " + newest);
            newest = revision;
        } else if (settings.ordering() == CallOrdering.ORDER) {
            long before = newestOfOrder.getOrDefault(change.event().subject(), 0L);
            assertTrue(revision > before, () -> name + " got " + revision + " of an order after " + before);
            newestOfOrder.put(change.event().subject(), revision);
        }
    }

    /** No change at or before a position may be missing, unless its partner has it, or nobody has it any more. */
    void checkPosition(long position) {
        if (isSignal()) {
            return;
        }
        for (long revision = checked + 1; revision <= position; revision++) {
            Change change = feed.changes.get((int) revision - 1);
            boolean isThere = !wants(change) || received.contains(revision) || excused.contains(revision);
            long missing = revision;
            assertTrue(
                    isThere || revision <= feed.processed || revision <= feed.earliest,
                    () -> name + " is at " + position + " without " + missing);
            missed += isThere || revision <= feed.processed ? 0 : 1;
        }
        checked = Math.max(checked, position);
    }
}
