package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One world; see {@link DeliveryWorldTest}. */
final class DeliveryWorld extends DeliveryFixture {
    private static final int STEPS = 120;
    private static final String OTHER = "com.example.other";
    private static final int LONG_STEP_MILLIS = 600_000;
    /** Longer than a step: a partner that acknowledges in each step keeps up. */
    private static final Duration SUSPICIOUS_AFTER = Duration.ofMinutes(15);

    private static final Duration PROBE = Duration.ofSeconds(3);

    private final int seed;
    private final Random random;
    private final Map<FeedId, Partner> partners = new LinkedHashMap<>();
    private final Map<EndpointId, WorldReceiver> receivers = new LinkedHashMap<>();
    private boolean isHealed;
    /** What the servers that were killed have counted as missed. */
    private double missedBefore;
    /** The first rule that a call has broken. */
    private @Nullable AssertionError violation;

    /** How a partner acknowledges. */
    private enum Partner {
        NEVER,
        NOW_AND_THEN,
        ALWAYS
    }

    DeliveryWorld(int seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run() {
        deliveries.close();
        deliveries = deliveries(DeliveryOptions.DEFAULT.withWatch(SUSPICIOUS_AFTER, PROBE));
        sender.answer = this::answer;
        sender.latency = call -> isHealed || random.nextInt(50) > 0
                ? Duration.ofMillis(1 + random.nextInt(200))
                : Duration.ofSeconds(random.nextInt(15));
        for (int i = 0; i < 2; i++) {
            partners.put(FeedId.ofPartner("p" + i), oneOf(List.of(Partner.values())));
        }
        for (int i = 0; i < 3; i++) {
            EndpointId id = new EndpointId(somePartner(), "e" + i);
            WebhookEndpoint endpoint = endpoint(id, randomSettings(), urls(0));
            receivers.put(id, new WorldReceiver("seed " + seed + ": " + id, endpoint, feed.of(id.feed()), random));
            log.positions.put(id, new EndpointPosition(feed.epoch, Revision.NONE));
        }
        restart();
        for (int step = 0; step < STEPS; step++) {
            step();
            time.advanceMillis(random.nextInt(random.nextInt(40) == 0 ? LONG_STEP_MILLIS : 300));
            receivers.forEach((id, receiver) ->
                    receiver.checkPosition(log.positions.get(id).revision().value()));
            acknowledgeAlways();
            requireNoViolation();
        }
        heal();
        requireNoViolation();
    }

    private CallResult answer(PreparedCall call) {
        try {
            return receivers.get(call.endpoint()).answer(call);
        } catch (AssertionError broken) {
            violation = violation == null ? broken : violation; // deliveries survive whatever a sender throws
            throw broken;
        }
    }

    private void requireNoViolation() {
        if (violation != null) {
            throw violation;
        }
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private FeedId somePartner() {
        return oneOf(new ArrayList<>(partners.keySet()));
    }

    private static EndpointUrls urls(int number) {
        return new EndpointUrls(Optional.of("https://p.example/" + number), Optional.empty(), Optional.empty());
    }

    private EndpointSettings randomSettings() {
        CallOrdering ordering = oneOf(List.of(CallOrdering.values()));
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
        int kind = random.nextInt(28);
        if (kind < 14) {
            commitSome();
        } else if (kind == 14) {
            restart(); // a kill: what is not in the log is forgotten, and calls under way still arrive
        } else if (kind == 15) {
            log.isFailing = !log.isFailing;
        } else if (kind == 16) {
            feed.isFailing = !feed.isFailing;
        } else if (kind == 17) {
            feed.recentMax = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(4);
        } else if (kind == 18) {
            FeedId id = somePartner();
            feed.of(id).read = feed.of(id).head();
            deliveries.received(id, new Revision(feed.of(id).head()));
        } else if (kind == 19) {
            acknowledge(somePartner());
        } else if (kind == 20) {
            StubEndpointFeed.Content one = feed.of(somePartner());
            one.earliest += random.nextLong(one.head() - one.earliest + 1);
        } else if (kind < 24) {
            change(oneOf(new ArrayList<>(receivers.values())));
        } else if (kind == 24 && random.nextInt(4) == 0) {
            restore();
        } else {
            WorldReceiver one = oneOf(new ArrayList<>(receivers.values()));
            one.isDown = !one.isDown;
        }
    }

    private void commitSome() {
        FeedId id = somePartner();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 60 : 4); i >= 0; i--) {
            String data = "\"" + "x".repeat(random.nextInt(8) == 0 ? 1_500 : 10) + "\"";
            String type = random.nextInt(4) == 0 ? OTHER : StubEndpointFeed.CREATED;
            commit(id, type, new UUID(0, random.nextInt(5)), data);
        }
    }

    /** The partner has processed its feed up to somewhere. */
    private void acknowledge(FeedId id) {
        StubEndpointFeed.Content content = feed.of(id);
        if (partners.get(id) == Partner.NOW_AND_THEN) {
            processed(id, content.processed + random.nextLong(content.head() - content.processed + 1));
        }
    }

    private void acknowledgeAlways() {
        receivers.forEach((id, receiver) -> {
            if (partners.get(id.feed()) == Partner.ALWAYS) {
                assertFalse(health(id).isSuspicious(), () -> "seed " + seed + ": " + id + " is suspicious");
            }
        });
        partners.forEach((id, partner) -> {
            if (partner == Partner.ALWAYS) {
                processed(id, feed.of(id).head());
            }
        });
    }

    private EndpointHealth health(EndpointId id) {
        return deliveries.health(id).orElseThrow();
    }

    /** Settings or URL of an endpoint are others from now on, or it is disabled or enabled. */
    private void change(WorldReceiver one) {
        WebhookEndpoint before = one.endpoint;
        EndpointUrls urls = random.nextInt(3) == 0 ? urls(random.nextInt(3)) : before.urls();
        EndpointSettings settings = random.nextBoolean() ? randomSettings() : before.settings();
        WebhookEndpoint now = endpoint(before.id(), settings, urls);
        one.change(random.nextInt(3) == 0 ? disabled(now, DisabledReason.BY_REQUEST) : now);
        deliveries.put(one.endpoint, Optional.empty());
        time.runDue();
    }

    private void restart() {
        missedBefore += missed();
        receivers.forEach((id, receiver) -> receiver.receivedSinceStart = 0);
        killAndRestart(receivers.values().stream().map(one -> one.endpoint).toArray(WebhookEndpoint[]::new));
    }

    /** The server is killed, and another begins with a backup of its log. */
    private void restore() {
        deliveries.close();
        time.advanceMillis(5); // writes of the killed server end
        feed.epoch = new Epoch("restored" + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(26)));
        for (FeedId id : partners.keySet()) {
            StubEndpointFeed.Content content = feed.of(id);
            long head = content.earliest + random.nextLong(content.head() - content.earliest + 1);
            content.changes.subList((int) head, content.changes.size()).clear();
            content.read = Math.min(content.read, head);
            content.processed = Math.min(content.processed, head);
        }
        log.positions.replaceAll((id, position) -> new EndpointPosition(
                position.epoch(),
                new Revision(Math.min(
                        random.nextLong(position.revision().value() + 1),
                        feed.of(id.feed()).head()))));
        receivers.values().forEach(WorldReceiver::restored);
        restart();
    }

    private double missed() {
        return count("bellwire.webhook.changes.missed");
    }

    private void heal() {
        isHealed = true;
        log.isFailing = false;
        feed.isFailing = false;
        receivers.forEach((id, receiver) -> {
            receiver.isHealed = true;
            receiver.change(endpoint(id, receiver.endpoint.settings(), receiver.endpoint.urls()));
            deliveries.put(receiver.endpoint, Optional.empty());
        });
        pass(Duration.ofMinutes(20));
        restart(); // the schedules of what has failed begin anew
        pass(Duration.ofMinutes(9)); // before any reminder
        receivers.forEach((id, receiver) -> {
            String at = "seed " + seed + ": " + id + " " + receiver.endpoint.settings();
            assertEquals(0, health(id).pending(), at);
            assertEquals(EndpointState.HEALTHY, health(id).state(), at);
            receiver.checkPosition(feed.of(id.feed()).head());
        });
        pass(Duration.ofMinutes(20));
        receivers.forEach((id, receiver) -> assertEquals(
                receiver.receivedSinceStart > feed.of(id.feed()).processed,
                health(id).isSuspicious(),
                () -> "seed " + seed + ": " + id + " is suspicious"));
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
        assertEquals(0, count("bellwire.webhook.faults"));
        int missed = receivers.values().stream().mapToInt(one -> one.missed).sum();
        assertTrue(
                missedBefore + missed() >= missed,
                () -> "seed " + seed + ": " + missed + " were missed, and " + (missedBefore + missed()) + " counted");
    }

    private void pass(Duration duration) {
        for (long minutes = duration.toMinutes(); minutes > 0; minutes--) {
            time.advance(Duration.ofMinutes(1));
            acknowledgeAlways();
        }
    }
}
