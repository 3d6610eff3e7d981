package io.bellwire.escalation;

import static io.bellwire.escalation.EscalationFixture.ACME;
import static io.bellwire.escalation.EscalationFixture.PARTNERS;
import static io.bellwire.escalation.EscalationFixture.PAUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.escalation.EscalationChange.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is done about one feed, looked at every ten seconds; all that is decided is written at once. */
class FeedEscalationTest {
    private static final long LOOK_SECONDS = 10;

    private long nowNanos = Long.MAX_VALUE / 2;
    private @Nullable EscalationRule rule = PARTNERS;
    private FeedEscalation machine = new FeedEscalation(null, nowNanos);
    private final List<EscalationChange> changes = new ArrayList<>();

    /** Looks at the feed for a time, and returns what was done. */
    private List<Kind> look(Duration time, Supplier<FeedCondition> condition) {
        int from = changes.size();
        for (long seconds = 0; seconds < time.toSeconds(); seconds += LOOK_SECONDS) {
            nowNanos += Duration.ofSeconds(LOOK_SECONDS).toNanos();
            machine.look(condition.get(), rule, nowNanos).ifPresent(change -> {
                machine.written(change, nowNanos);
                changes.add(change);
            });
        }
        return changes.subList(from, changes.size()).stream()
                .map(EscalationChange::kind)
                .toList();
    }

    private List<Kind> paused(int minutes) {
        return look(Duration.ofMinutes(minutes), () -> EscalationFixture.paused(ACME, 7, 3));
    }

    private List<Kind> healthy(int minutes) {
        return look(Duration.ofMinutes(minutes), () -> EscalationFixture.healthy(ACME, 7));
    }

    private EscalationChange last() {
        return changes.get(changes.size() - 1);
    }

    private int ordersPercent() {
        EscalationState state = machine.state();
        return state.isInForce() ? PARTNERS.ordersPercent(state.takenMillis()) : 100;
    }

    private boolean isDisconnected() {
        return machine.state().isInForce()
                && PARTNERS.disconnects(machine.state().takenMillis());
    }

    @Test
    void stepsAreTakenInOrderEachAtItsTime() {
        assertEquals(List.of(), paused(10));
        assertEquals(List.of(Kind.STEP), paused(10));
        assertEquals(Set.of(Audience.FEED), last().audience());
        assertEquals(PAUSED, last().after().problem());
        assertEquals(List.of(Kind.STEP), paused(10));
        assertEquals(Set.of(Audience.CONTACTS, Audience.OPERATORS), last().audience());
        assertEquals(100, ordersPercent());
        assertEquals(List.of(Kind.STEP), paused(10));
        assertEquals(50, ordersPercent());
        assertEquals(List.of(Kind.STEP), paused(10));
        assertEquals(0, ordersPercent());
        assertFalse(isDisconnected());
        assertEquals(List.of(Kind.STEP), paused(10));
        assertTrue(isDisconnected());
        assertEquals(0, ordersPercent());
        assertEquals(List.of(), paused(600));
    }

    @Test
    void everythingIsUndoneAtOnceAndAllWhoWereToldAreToldSo() {
        paused(65);

        assertEquals(List.of(Kind.UNDONE), healthy(10));

        assertEquals(
                EscalationFixture.audiences(Audience.FEED, Audience.CONTACTS, Audience.OPERATORS, Audience.PAGER),
                last().audience());
        assertEquals(100, ordersPercent());
        assertFalse(isDisconnected());
        assertEquals(List.of(Kind.FORGOTTEN), healthy(60));
        assertTrue(machine.isForgettable(nowNanos));
    }

    @Test
    void nothingIsUndoneBeforeThereWasNoProblemForTheTimeOfTheRule() {
        paused(25);
        for (int i = 0; i < 50; i++) {
            assertEquals(
                    List.of(), look(Duration.ofSeconds(50), () -> EscalationFixture.healthy(ACME, 7)), "after " + i);
            look(Duration.ofSeconds(10), () -> EscalationFixture.losing(ACME, Duration.ofHours(1)));
        }
        assertFalse(changes.stream().anyMatch(change -> change.kind() == Kind.UNDONE));
    }

    @Test
    void problemThatIsBackWithinAnHourGoesOnWhereItWasAndNobodyIsToldTwiceInAnHour() {
        paused(35);
        assertEquals(50, ordersPercent());
        healthy(5);
        assertEquals(100, ordersPercent());

        assertEquals(List.of(Kind.RESUMED), paused(3));
        assertEquals(50, ordersPercent());
        assertEquals(Set.of(), last().audience());
        assertEquals(List.of(Kind.UNDONE), healthy(5));
        assertEquals(Set.of(), last().audience(), "who was told that it is over has heard of nothing else since");
    }

    @Test
    void flappingFeedTellsPeopleTwiceInAnHourAtMost() {
        paused(25);
        int from = changes.size();
        for (int i = 0; i < 60; i++) {
            paused(2);
            healthy(2);
        }
        long told = changes.subList(from, changes.size()).stream()
                .filter(change -> change.audience().contains(Audience.OPERATORS))
                .count();
        assertTrue(told <= 2 * (240 / 60 + 1), told + " messages in four hours");
    }

    @Test
    void whoWasToldThatItIsOverIsToldAfterAnHourThatItIsNot() {
        paused(65);
        healthy(5);
        assertEquals(List.of(Kind.RESUMED), paused(30));

        assertEquals(List.of(Kind.TOLD_AGAIN), paused(60));
        assertTrue(last().audience().contains(Audience.CONTACTS));
        assertEquals(List.of(Kind.UNDONE), healthy(5));
        assertTrue(last().audience().contains(Audience.CONTACTS));
    }

    @Test
    void problemThatIsBackAfterAnHourBeginsAnew() {
        paused(35);
        healthy(70);
        machine = new FeedEscalation(null, nowNanos); // as the loop does with one that is forgotten

        assertEquals(List.of(), paused(10));
        assertEquals(List.of(Kind.STEP), paused(10));
        assertEquals(Set.of(Audience.FEED), last().audience());
    }

    @Test
    void killAtAnyMomentLosesNoStepAndRepeatsNone() {
        paused(35);
        int steps = changes.size();
        for (int i = 0; i < 10; i++) {
            EscalationState written = machine.state();
            nowNanos = Long.MIN_VALUE + 1_000_000L * i; // another start has another clock
            machine = new FeedEscalation(written, nowNanos);
            assertEquals(50, ordersPercent(), "before anything is looked at");
            assertEquals(List.of(), paused(1));
        }
        assertEquals(steps, changes.size());
        assertEquals(List.of(Kind.STEP), paused(10), "time before the last step counts, time of short runs does not");
        assertEquals(0, ordersPercent());
    }

    @Test
    void endpointOfWhichNothingIsKnownYetAfterARestartIsNoRecovery() {
        paused(45);
        machine = new FeedEscalation(machine.state(), nowNanos);
        Optional<String> silent = Optional.of("endpoint main receives nothing");

        List<Kind> done = look(
                Duration.ofMinutes(30),
                () -> new FeedCondition(ACME, 7, 3, Optional.empty(), silent, OptionalLong.empty()));

        assertEquals(List.of(Kind.STEP), done);
        assertTrue(isDisconnected());
    }

    @Test
    void silentEndpointOfAFeedWithoutAProblemIsNone() {
        Optional<String> silent = Optional.of("endpoint main receives nothing");
        assertEquals(
                List.of(),
                look(
                        Duration.ofHours(5),
                        () -> new FeedCondition(ACME, 7, 3, Optional.empty(), silent, OptionalLong.empty())));
    }

    @Test
    void partnerThatProcessesItsFeedByItselfHasNoProblem() {
        long[] head = {7};
        long[] processed = {0};
        // it reads once in 40 s, and changes come all the time
        List<Kind> done = look(Duration.ofHours(3), () -> {
            head[0]++;
            processed[0] = head[0] % 4 == 0 ? head[0] : processed[0];
            return EscalationFixture.paused(ACME, head[0], processed[0]);
        });
        assertEquals(List.of(), done);
    }

    @Test
    void disconnectedPartnerRecoversByProcessingItsFeed() {
        paused(65);
        assertTrue(isDisconnected());

        // the endpoint itself stays paused
        List<Kind> done = look(Duration.ofMinutes(2), () -> EscalationFixture.paused(ACME, 7, 7));

        assertEquals(List.of(Kind.UNDONE), done);
        assertFalse(isDisconnected());
    }

    @Test
    void feedThatIsAboutToLoseChangesIsToldSoOnceAndEscalates() {
        Supplier<FeedCondition> losing = () -> EscalationFixture.losing(ACME, Duration.ofHours(30));
        assertEquals(List.of(Kind.EXPIRING, Kind.STEP), look(Duration.ofMinutes(15), losing));
        assertEquals(Set.of(Audience.FEED), changes.get(0).audience());
        healthy(10);
        assertEquals(List.of(Kind.RESUMED), look(Duration.ofMinutes(5), losing), "told once in an hour");
    }

    @Test
    void changesThatAreKeptLongEnoughAreNoProblem() {
        assertEquals(List.of(), look(Duration.ofHours(2), () -> EscalationFixture.losing(ACME, Duration.ofHours(49))));
    }

    @Test
    void ruleThatIsGoneUndoesEverythingAtTheNextLook() {
        paused(35);
        rule = null;
        assertEquals(List.of(Kind.UNDONE), look(Duration.ofSeconds(10), () -> EscalationFixture.paused(ACME, 7, 3)));
    }

    @Test
    void ruleThatHasChangedAppliesFromTheNextLook() {
        paused(15);
        rule = EscalationFixture.rule(
                "partners",
                "partners/*",
                EscalationFixture.step(5, Set.of(Audience.FEED), OptionalInt.empty(), false),
                EscalationFixture.step(12, Set.of(Audience.OPERATORS), OptionalInt.of(20), false));

        assertEquals(List.of(Kind.STEP), look(Duration.ofSeconds(10), () -> EscalationFixture.paused(ACME, 7, 3)));
        assertEquals(Set.of(Audience.OPERATORS), last().audience());
        assertEquals(List.of(), paused(60));
    }

    @Test
    void changeThatIsNotWrittenIsDecidedAgain() {
        nowNanos += Duration.ofSeconds(1).toNanos();
        machine.look(EscalationFixture.paused(ACME, 7, 3), PARTNERS, nowNanos);
        nowNanos += Duration.ofMinutes(2).toNanos();
        machine.look(EscalationFixture.paused(ACME, 7, 3), PARTNERS, nowNanos);
        nowNanos += Duration.ofMinutes(11).toNanos();
        for (int i = 0; i < 3; i++) {
            nowNanos += Duration.ofSeconds(1).toNanos();
            assertEquals(
                    Optional.of(Kind.STEP),
                    machine.look(EscalationFixture.paused(ACME, 7, 3), PARTNERS, nowNanos)
                            .map(EscalationChange::kind));
        }
    }

    @Test
    void documentSaysAllOfTheState() {
        EscalationState state =
                new EscalationState(PAUSED, 123_456, 60_000, true, Set.of(Audience.FEED, Audience.PAGER), true, true);
        assertEquals(state, EscalationDocuments.read(EscalationDocuments.write(ACME, state)));
        assertEquals(ACME, EscalationDocuments.feedOf(EscalationDocuments.write(ACME, state)));
        assertEquals(
                EscalationState.NEW, EscalationDocuments.read(EscalationDocuments.write(ACME, EscalationState.NEW)));
    }
}
