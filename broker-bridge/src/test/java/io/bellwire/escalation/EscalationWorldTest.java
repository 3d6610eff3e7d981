package io.bellwire.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.document.Document;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded worlds: partners fail and recover at random, the log fails, the rules change, and the server is killed at any
 * moment. At each moment what is withheld is what the log says was written; steps come in order; after all have healed,
 * everything is undone and forgotten.
 */
class EscalationWorldTest {
    private static final int PARTNERS = 6;
    private static final int EVENTS = 400;
    private static final EscalationRule SHORT = EscalationFixture.rule(
            "short",
            "partners/*",
            EscalationFixture.PARTNERS.steps().get(0),
            EscalationFixture.PARTNERS.steps().get(3));

    private final EscalationHarness harness = new EscalationHarness(EscalationFixture.PARTNERS);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatIsWithheldIsWhatWasWrittenAndAllOfItIsUndone(long seed) {
        Random random = new Random(seed);
        boolean areRulesFixed = seed % 2 == 0;
        failAtTimes(random);
        for (int event = 0; event < EVENTS; event++) {
            happen(random, areRulesFixed);
            harness.after(
                    Duration.ofMillis(random.nextInt(10) < 8 ? random.nextInt(120_000) : random.nextInt(900_000)));
            expectWithheldAsWritten(random);
        }
        if (areRulesFixed) {
            expectStepsInOrder();
        }
        expectHealed();
    }

    private void happen(Random random, boolean areRulesFixed) {
        FeedId partner = FeedId.ofPartner("p" + random.nextInt(PARTNERS));
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> harness.set(EscalationFixture.paused(partner, 50, random.nextInt(50)));
            case 4, 5 -> harness.set(EscalationFixture.healthy(partner, 50));
            case 6 -> harness.set(EscalationFixture.losing(partner, Duration.ofHours(random.nextInt(96))));
            case 7 -> harness.isReadable = random.nextBoolean();
            case 8 -> harness.killAndRestart();
            case 9 -> {
                if (!areRulesFixed) {
                    harness.use(random.nextBoolean() ? SHORT : EscalationFixture.PARTNERS);
                }
            }
            default -> {}
        }
    }

    /** A write whose answer was lost is found in the log by the next try. */
    private void expectWithheldAsWritten(Random random) {
        harness.isReadable = true;
        harness.log.fails = write -> false;
        harness.log.isInDoubt = write -> false;
        harness.after(Duration.ofSeconds(3));
        for (FeedId feed : feeds()) {
            Document document = harness.log.documents.get(EscalationDocuments.key(feed));
            EscalationState written = document == null ? EscalationState.NEW : EscalationDocuments.read(document);
            EscalationRule rule = harness.rules.of(feed).orElseThrow();
            EscalatedFeed shown = harness.escalated.degraded(feed).orElse(null);
            int percent = written.isInForce() ? rule.ordersPercent(written.takenMillis()) : EscalatedFeed.ALL_PERCENT;
            boolean isDisconnected = written.isInForce() && rule.disconnects(written.takenMillis());
            assertEquals(percent, shown == null ? EscalatedFeed.ALL_PERCENT : shown.ordersPercent(), feed.path());
            assertEquals(isDisconnected, harness.suspended.contains(feed), feed.path());
        }
        failAtTimes(random);
    }

    private void failAtTimes(Random random) {
        harness.log.fails = write -> random.nextInt(10) == 0;
        harness.log.isInDoubt = write -> random.nextInt(20) == 0;
    }

    private static List<FeedId> feeds() {
        return IntStream.range(0, PARTNERS)
                .mapToObj(i -> FeedId.ofPartner("p" + i))
                .toList();
    }

    private void expectStepsInOrder() {
        Map<String, Integer> last = new HashMap<>();
        for (StubEscalationLog.Told told : harness.log.events) {
            String feed = told.data().path("feed").asText();
            if (told.type().equals("escalated")) {
                int step = told.data().path("step").asInt();
                int before = last.getOrDefault(feed, 0);
                // the same one again is told to those who were told that it was over; 1 begins a problem anew
                assertTrue(step == before || step == before + 1 || step == 1, feed + ": " + before + ", " + step);
                last.put(feed, step);
            }
        }
    }

    private void expectHealed() {
        harness.log.fails = write -> false;
        harness.log.isInDoubt = write -> false;
        harness.isReadable = true;
        feeds().forEach(feed -> harness.set(EscalationFixture.healthy(feed, 60)));
        harness.after(Duration.ofMinutes(3));
        assertFalse(harness.escalated.isAnyDegraded());
        assertEquals(Set.of(), harness.suspended);
        harness.after(Duration.ofHours(2));
        assertEquals(Map.of(), harness.log.documents);
        assertEquals(List.of(), harness.escalated.all());
        assertEquals(
                0, harness.meters.get("bellwire.escalation.faults").counter().count());
    }
}
