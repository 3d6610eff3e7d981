package io.bellwire.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderGateTest {
    private static final FeedId ACME = FeedId.ofPartner("acme");
    private static final FeedId GRILL = FeedId.ofDevice(new DeviceId("grill"));
    private static final int ORDERS = 10_000;

    private final EscalatedFeeds feeds = new EscalatedFeeds();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Random random = new Random(7);
    private final OrderGate gate = new OrderGate(feeds, random, meters);

    private static EscalatedFeed feed(FeedId id, int percent, boolean isDisconnected) {
        return new EscalatedFeed(
                id,
                "rule",
                "endpoint main is paused",
                Duration.ofMinutes(5),
                3,
                percent,
                isDisconnected,
                Duration.ofMinutes(9),
                Optional.empty());
    }

    private int letIn(List<FeedId> recipients) {
        int letIn = 0;
        for (int i = 0; i < ORDERS; i++) {
            letIn += gate.refusal(recipients, OptionalLong.empty()).isEmpty() ? 1 : 0;
        }
        return letIn;
    }

    @Test
    void allOrdersAreLetInWhileNothingIsWithheld() {
        assertTrue(gate.isOpenToAll());
        feeds.replace(List.of(feed(ACME, 100, false)));
        assertTrue(gate.isOpenToAll());
        assertEquals(ORDERS, letIn(List.of(GRILL, ACME)));
    }

    @Test
    void statedShareIsLetInAndOrdersForOthersAreNotConcerned() {
        feeds.replace(List.of(feed(ACME, 30, false)));
        assertFalse(gate.isOpenToAll());
        int letIn = letIn(List.of(FeedId.ORDERS, GRILL, ACME));
        assertTrue(letIn > ORDERS * 0.28 && letIn < ORDERS * 0.32, letIn + " of " + ORDERS);
        assertEquals(ORDERS, letIn(List.of(FeedId.ORDERS, GRILL)));
        assertEquals(
                ORDERS - letIn,
                meters.counter("bellwire.escalation.orders.refused").count());
    }

    @Test
    void smallestShareOfAllRecipientsCountsAndIsDrawnOnce() {
        feeds.replace(List.of(feed(ACME, 50, false), feed(GRILL, 40, false)));
        int letIn = letIn(List.of(GRILL, ACME));
        assertTrue(letIn > ORDERS * 0.38 && letIn < ORDERS * 0.42, letIn + " of " + ORDERS);
    }

    @Test
    void noneIsLetInAtZeroAndTheRefusalSaysWhy() {
        feeds.replace(List.of(feed(ACME, 0, true)));
        assertEquals(0, letIn(List.of(ACME)));
        assertEquals(
                Optional.of(new OrderRefusal(ACME, "endpoint main is paused", true, Duration.ofMinutes(9))),
                gate.refusal(List.of(ACME), OptionalLong.empty()));
    }

    @Test
    void refusedOrderIsRefusedAgainWhenItIsRepeated() {
        feeds.replace(List.of(feed(ACME, 50, false)));
        int letIn = 0;
        for (int order = 0; order < ORDERS; order++) {
            OptionalLong key = OptionalLong.of(random.nextLong() & Long.MAX_VALUE);
            boolean isLetIn = gate.refusal(List.of(ACME), key).isEmpty();
            letIn += isLetIn ? 1 : 0;
            for (int repetition = 0; repetition < 5; repetition++) {
                assertEquals(isLetIn, gate.refusal(List.of(ACME), key).isEmpty());
            }
        }
        assertTrue(letIn > ORDERS * 0.48 && letIn < ORDERS * 0.52, letIn + " of " + ORDERS);
    }

    @Test
    void orderThatWasLetInIsLetInByALargerShareToo() {
        for (int order = 0; order < 1_000; order++) {
            OptionalLong key = OptionalLong.of(random.nextLong() & Long.MAX_VALUE);
            boolean before = false;
            for (int percent = 0; percent < 100; percent += 10) {
                feeds.replace(List.of(feed(ACME, percent, false)));
                boolean isLetIn = gate.refusal(List.of(ACME), key).isEmpty();
                assertTrue(isLetIn || !before);
                before = isLetIn;
            }
        }
    }

    @Test
    void disconnectionIsAnnouncedOnce() {
        List<FeedId> announced = new ArrayList<>();
        feeds.onDisconnect(announced::add);
        feeds.replace(List.of(feed(ACME, 0, false)));
        feeds.replace(List.of(feed(ACME, 0, true)));
        feeds.replace(List.of(feed(ACME, 0, true)));
        assertEquals(List.of(ACME), announced);
        assertTrue(feeds.disconnected(ACME).isPresent());
        feeds.replace(List.of());
        assertTrue(feeds.disconnected(ACME).isEmpty());
        feeds.replace(List.of(feed(ACME, 100, true)));
        assertEquals(List.of(ACME, ACME), announced);
    }
}
