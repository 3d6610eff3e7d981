package io.bellwire.escalation;

import static io.bellwire.escalation.EscalationFixture.ACME;
import static io.bellwire.escalation.EscalationFixture.PARTNERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The loop under virtual time: what is written, told and withheld, and what a restart and a full disk do to it. */
class EscalationLoopTest {
    private static final FeedId OVEN = FeedId.ofDevice(new DeviceId("oven-1"));
    private static final EscalationRule OVENS = EscalationFixture.rule(
            "ovens", "devices/oven-*", EscalationFixture.step(10, Set.of(Audience.FEED), OptionalInt.of(25), false));

    private final EscalationHarness harness = new EscalationHarness(PARTNERS, OVENS);

    private void pause() {
        harness.set(EscalationFixture.paused(ACME, 7, 3));
    }

    private void heal() {
        harness.set(EscalationFixture.healthy(ACME, 8));
    }

    @Test
    void partnerThatFailsIsToldThenMailedThenDegradedThenDisconnectedAndAllOfItIsUndone() {
        pause();
        harness.after(Duration.ofMinutes(15));
        assertEquals(List.of("escalated"), harness.log.types(ACME));
        assertEquals(List.of(), harness.alerts.sent());

        harness.after(Duration.ofMinutes(10));
        String problem = "Bellwire: partners/acme: " + EscalationFixture.PAUSED;
        assertEquals(List.of("[ops@acme.example] " + problem, "operators " + problem), harness.alerts.sent());
        assertFalse(harness.escalated.isAnyDegraded());

        harness.after(Duration.ofMinutes(10));
        assertEquals(50, harness.view(ACME).ordersPercent());
        harness.after(Duration.ofMinutes(10));
        assertEquals(0, harness.view(ACME).ordersPercent());
        assertTrue(harness.alerts.sent().contains("pager " + problem));
        assertEquals(Set.of(), harness.suspended);
        harness.after(Duration.ofMinutes(10));
        assertEquals(Set.of(ACME), harness.suspended);
        assertEquals(5, harness.view(ACME).step());

        heal();
        harness.after(Duration.ofMinutes(2));
        assertEquals(Set.of(), harness.suspended);
        assertFalse(harness.escalated.isAnyDegraded());
        assertEquals(List.of("escalated", "escalated", "recovered"), harness.log.types(ACME));
        assertEquals(
                List.of("escalated", "escalated", "escalated", "escalated", "escalated", "recovered"),
                harness.log.types(FeedId.OPERATIONS));
        String recovered = "Bellwire: partners/acme has recovered";
        assertTrue(harness.alerts
                .sent()
                .containsAll(
                        List.of("[ops@acme.example] " + recovered, "operators " + recovered, "pager " + recovered)));

        harness.after(Duration.ofHours(2));
        assertEquals(Map.of(), harness.log.documents, "nothing is left of it");
        assertEquals(List.of(), harness.escalated.all());
    }

    @Test
    void eachStepIsWrittenWithItsEvent() {
        pause();
        harness.after(Duration.ofMinutes(35));
        StubEscalationLog.Told told = harness.log.events.get(2);
        assertEquals(3, told.data().path("step").asInt());
        assertEquals(50, told.data().path("orders_percent").asInt());
        assertEquals("partners/acme", told.data().path("feed").asText());
        assertEquals("partners/acme", told.json().path("subject").asText());
        assertEquals(EscalationFixture.PAUSED, told.data().path("problem").asText());
        assertEquals(1, harness.log.documents.size());
    }

    @Test
    void whatIsWithheldIsWithheldFromTheStartOfTheNextServerOn() {
        pause();
        harness.after(Duration.ofMinutes(65));

        harness.killAndRestart();

        assertEquals(Set.of(ACME), harness.suspended, "before anything was looked at");
        assertEquals(0, harness.view(ACME).ordersPercent());
        int events = harness.log.events.size();
        harness.after(Duration.ofMinutes(30));
        assertEquals(events, harness.log.events.size());
    }

    @Test
    void stepThatCannotBeWrittenIsNotTakenAndTriedAgain() {
        pause();
        harness.log.fails = write -> true;
        harness.after(Duration.ofMinutes(45));
        assertFalse(harness.escalated.isAnyDegraded());
        assertEquals(List.of(), harness.alerts.sent());

        harness.log.fails = write -> false;
        harness.after(Duration.ofMinutes(1));
        assertEquals(0, harness.view(ACME).ordersPercent());
        assertEquals(4, harness.log.types(FeedId.OPERATIONS).size(), "each step in its order");
    }

    @Test
    void writeWhoseAnswerIsLostIsFoundInTheLog() {
        pause();
        harness.log.isInDoubt = write -> true;
        harness.after(Duration.ofMinutes(12));
        harness.log.isInDoubt = write -> false;
        harness.after(Duration.ofMinutes(30));
        assertEquals(4, harness.log.types(FeedId.OPERATIONS).size(), "no step twice");
        assertEquals(0, harness.view(ACME).ordersPercent());
    }

    @Test
    void logThatCannotBeReadChangesNothing() {
        pause();
        harness.after(Duration.ofMinutes(35));
        harness.isReadable = false;
        heal();
        harness.after(Duration.ofHours(3));
        assertEquals(50, harness.view(ACME).ordersPercent());
        harness.isReadable = true;
        harness.after(Duration.ofMinutes(3));
        assertFalse(harness.escalated.isAnyDegraded());
    }

    @Test
    void deviceThatIsAboutToLoseChangesIsToldAndItsOrdersAreLimited() {
        harness.set(EscalationFixture.losing(OVEN, Duration.ofHours(30)));
        harness.after(Duration.ofMinutes(15));

        assertEquals(List.of("about-to-expire", "escalated"), harness.log.types(OVEN));
        assertEquals(3, harness.log.events.get(0).data().path("from_revision").asInt());
        assertEquals(
                108_000, harness.log.events.get(0).data().path("expires_in_s").asInt());
        assertEquals(25, harness.view(OVEN).ordersPercent());
        assertEquals(Optional.of(Duration.ofHours(30)), harness.view(OVEN).lossIn());
        assertEquals(
                108_000,
                harness.meters
                        .get("bellwire.escalation.loss.seconds")
                        .tag("kind", "devices")
                        .gauge()
                        .value());

        harness.set(EscalationFixture.healthy(OVEN, 10));
        harness.after(Duration.ofMinutes(2));
        assertFalse(harness.escalated.isAnyDegraded());
        assertEquals(List.of("about-to-expire", "escalated", "recovered"), harness.log.types(OVEN));
    }

    @Test
    void feedsWithoutARuleAreNotFollowed() {
        FeedId grill = FeedId.ofDevice(new DeviceId("grill"));
        harness.set(EscalationFixture.losing(grill, Duration.ofMinutes(1)));
        harness.after(Duration.ofHours(2));
        assertEquals(List.of(), harness.log.events);
        assertEquals(List.of(), harness.escalated.all());
    }

    @Test
    void withoutRulesNothingIsLookedAt() {
        EscalationHarness idle = new EscalationHarness();
        idle.after(Duration.ofHours(1));
        assertEquals(0, idle.looks);
        assertEquals(0, idle.time.tasks());

        idle.use(PARTNERS);
        idle.after(Duration.ofSeconds(10));
        assertTrue(idle.looks >= 9);
    }

    @Test
    void rulesThatAreRemovedUndoEverything() {
        pause();
        harness.after(Duration.ofMinutes(65));
        harness.use();
        harness.after(Duration.ofSeconds(5));
        assertFalse(harness.escalated.isAnyDegraded());
        assertEquals(Set.of(), harness.suspended);
    }

    @Test
    void feedsThatAreTooManyAreCounted() {
        for (int i = 0; i < EscalationLoop.TRACKED_MAX + 50; i++) {
            harness.set(EscalationFixture.paused(FeedId.ofPartner("p" + i), 7, 3));
        }
        harness.after(Duration.ofSeconds(2));
        assertTrue(harness.meters.get("bellwire.escalation.dropped").counter().count() >= 50);
    }

    @Test
    void accountThatIsGoneHasNoProblem() {
        pause();
        harness.after(Duration.ofMinutes(35));
        harness.feeds.clear();
        harness.after(Duration.ofMinutes(3));
        assertFalse(harness.escalated.isAnyDegraded());
    }
}
