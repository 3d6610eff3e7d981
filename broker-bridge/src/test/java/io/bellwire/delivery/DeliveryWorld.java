package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Change;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.WebhookEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** One world; see {@link DeliveryWorldTest}. */
final class DeliveryWorld extends DeliveryFixture {
    private static final int STEPS = 120;
    private static final String OTHER = "com.example.other";

    private final int seed;
    private final Random random;
    private final Map<EndpointId, Receiver> receivers = new LinkedHashMap<>();
    private boolean isHealed;

    /** What one endpoint has got. */
    private final class Receiver {
        private final WebhookEndpoint endpoint;
        /** Whether it gets nothing but failures for now. */
        private boolean isDown;

        private long signalled;
        private final Set<Long> received = new HashSet<>();
        private final Map<UUID, Long> newestOfOrder = new HashMap<>();
        private long newest;
        /** Up to where nothing is missing. */
        private long checked;

        Receiver(WebhookEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        boolean wants(Change change) {
            return TypeFilter.of(endpoint.settings().types()).matches(change);
        }

        CallResult answer(PreparedCall call) {
            int kind = isHealed ? 100 : random.nextInt(100);
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
            receive(call.webhookId());
            // the answer to what was received may be lost
            return kind < 36 ? failure(kind) : StubCallSender.answered(204);
        }

        private CallResult failure(int kind) {
            return new CallResult.Failed(kind % 2 == 0 ? "timeout" : "closed", "", Duration.ofSeconds(1));
        }

        private void receive(String id) {
            String[] parts = id.split("-", -1);
            long first = Long.parseLong(parts[1]);
            if (parts.length == 3 && parts[2].equals("signal")) {
                signalled = Math.max(signalled, first);
                return;
            }
            long last = parts.length == 3 ? Long.parseLong(parts[2]) : first;
            for (long revision = first; revision <= last; revision++) {
                Change change = feed.of(endpoint.id().feed()).changes.get((int) revision - 1);
                if (wants(change) && received.add(revision)) {
                    checkOrder(change, revision);
                }
            }
        }

        private void checkOrder(Change change, long revision) {
            if (endpoint.settings().ordering() == CallOrdering.FEED) {
                assertTrue(
                        revision > newest, () -> "seed " + seed + ": " + endpoint.id() + " got " + revision + " late");
                newest = revision;
            } else if (endpoint.settings().ordering() == CallOrdering.ORDER) {
                long before = newestOfOrder.getOrDefault(change.event().subject(), 0L);
                assertTrue(
                        revision > before,
                        () -> "seed " + seed + ": " + endpoint.id() + " got " + revision + " of an order late");
                newestOfOrder.put(change.event().subject(), revision);
            }
        }

        /** No change at or before a position may be missing. */
        void checkPosition(long position) {
            if (endpoint.settings().payload() == CallPayload.SIGNAL) {
                return;
            }
            for (long revision = checked + 1; revision <= position; revision++) {
                Change change = feed.of(endpoint.id().feed()).changes.get((int) revision - 1);
                long missing = revision;
                assertTrue(
                        !wants(change) || received.contains(revision),
                        () -> "seed " + seed + ": " + endpoint.id() + " is at " + position + " without " + missing);
            }
            checked = Math.max(checked, position);
        }
    }

    DeliveryWorld(int seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run() {
        sender.answer = call -> receivers.get(call.endpoint()).answer(call);
        sender.latency = call -> isHealed || random.nextInt(50) > 0
                ? Duration.ofMillis(1 + random.nextInt(200))
                : Duration.ofSeconds(random.nextInt(15));
        for (int i = 0; i < 3; i++) {
            EndpointId id = new EndpointId(FeedId.ofPartner("p" + random.nextInt(2)), "e" + i);
            EndpointUrls urls = new EndpointUrls(
                    Optional.of(URI.create("https://p.example/" + i)), Optional.empty(), Optional.empty());
            Receiver receiver = new Receiver(endpoint(id, randomSettings(), urls));
            receivers.put(id, receiver);
            log.positions.put(id, new EndpointPosition(feed.epoch, Revision.NONE));
        }
        restart();
        for (int step = 0; step < STEPS; step++) {
            step();
            time.advanceMillis(random.nextInt(random.nextInt(40) == 0 ? 600_000 : 300));
            receivers.forEach((id, receiver) ->
                    receiver.checkPosition(log.positions.get(id).revision().value()));
        }
        heal();
    }

    private EndpointSettings randomSettings() {
        CallOrdering ordering = List.of(CallOrdering.values()).get(random.nextInt(3));
        CallPayload payload = List.of(CallPayload.values())
                .get(ordering == CallOrdering.FEED ? random.nextInt(3) : 1 + random.nextInt(2));
        boolean isInOrder = ordering == CallOrdering.FEED;
        CallLimits limits = new CallLimits(
                isInOrder ? 1 + random.nextInt(5) : 1,
                random.nextBoolean() ? 1_024 : 100_000,
                isInOrder ? 1 : 1 + random.nextInt(6),
                random.nextBoolean() ? 1_000 : 20,
                Duration.ofSeconds(15));
        return settings(payload, ordering, limits, random.nextBoolean() ? "*" : "io.bellwire.*");
    }

    private void step() {
        int kind = random.nextInt(20);
        if (kind < 12) {
            commitSome();
        } else if (kind == 12) {
            restart(); // a kill: what is not in the log is forgotten, and calls under way still arrive
        } else if (kind == 13) {
            log.isFailing = !log.isFailing;
        } else if (kind == 14) {
            feed.isFailing = !feed.isFailing;
        } else if (kind == 15) {
            feed.recentMax = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(4);
        } else if (kind == 16) {
            FeedId id = FeedId.ofPartner("p" + random.nextInt(2));
            feed.of(id).read = feed.of(id).head();
            deliveries.received(id, new Revision(feed.of(id).head()));
        } else {
            List<Receiver> all = new ArrayList<>(receivers.values());
            Receiver one = all.get(random.nextInt(all.size()));
            one.isDown = !one.isDown;
        }
    }

    private void commitSome() {
        FeedId id = FeedId.ofPartner("p" + random.nextInt(2));
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 60 : 4); i >= 0; i--) {
            String data = "\"" + "x".repeat(random.nextInt(8) == 0 ? 1_500 : 10) + "\"";
            String type = random.nextInt(4) == 0 ? OTHER : StubEndpointFeed.CREATED;
            commit(id, type, new UUID(0, random.nextInt(5)), data);
        }
    }

    private void restart() {
        killAndRestart(receivers.values().stream().map(one -> one.endpoint).toArray(WebhookEndpoint[]::new));
    }

    private void heal() {
        isHealed = true;
        log.isFailing = false;
        feed.isFailing = false;
        time.advance(Duration.ofMinutes(20));
        restart(); // the schedules of what has failed begin anew
        time.advance(Duration.ofMinutes(9)); // before any reminder
        receivers.forEach((id, receiver) -> {
            long head = feed.of(id.feed()).head();
            String at = "seed " + seed + ": " + id + " " + receiver.endpoint.settings();
            assertEquals(0, deliveries.health(id).orElseThrow().pending(), at);
            assertEquals(
                    EndpointState.HEALTHY, deliveries.health(id).orElseThrow().state(), at);
            receiver.checkPosition(head);
        });
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
        assertEquals(0, count("bellwire.webhook.faults"));
    }
}
