package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.soak.Phase.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Plan TWO_HOURS = Plan.of(120);

    @Test
    void twoHoursHaveThreeQuartersOfAnHourInSilenceAndThirtyFiveMinutesOfItAtAStretch() {
        assertEquals(120 * 60, TWO_HOURS.seconds());
        assertTrue(TWO_HOURS.silentSeconds() >= 45 * 60, TWO_HOURS::table);
        assertTrue(
                TWO_HOURS.phases().stream()
                        .anyMatch(phase -> phase.kind() == Kind.DEEP_SILENCE && phase.seconds() >= 35 * 60),
                TWO_HOURS::table);
    }

    @Test
    void everyActionButPressingTimeIsTaken() {
        Set<Action> taken = TWO_HOURS.phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .map(Phase.Step::action)
                .collect(Collectors.toSet());

        taken.add(Action.PRESS_TIME);
        assertEquals(Set.of(Action.values()), taken);
    }

    @Test
    void clockIsRightInTheEnd() {
        List<Action> taken = TWO_HOURS.phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .map(Phase.Step::action)
                .toList();

        for (Action[] pair : new Action[][] {
            {Action.CLOCK_AN_HOUR_ON, Action.CLOCK_AN_HOUR_BACK},
            {Action.CLOCK_THIRTY_DAYS_ON, Action.CLOCK_THIRTY_DAYS_BACK}
        }) {
            assertEquals(
                    taken.stream().filter(pair[0]::equals).count(),
                    taken.stream().filter(pair[1]::equals).count());
        }
    }

    @Test
    void noProcessEndsOnceTheOneThatIsJudgedIsWarmedUp() {
        boolean begun = false;
        for (Phase phase : TWO_HOURS.phases()) {
            begun |= phase.isMeasured() || phase.name().equals("warm-up");
            for (Phase.Step step : phase.steps()) {
                boolean ends = step.action() == Action.KILL || step.action() == Action.RESTART;
                assertTrue(!begun || !ends, phase.name());
            }
        }
    }

    @Test
    void retentionIsShortEnoughToBeSeenAndLongEnoughForTheServer() {
        assertEquals(Duration.ofMinutes(1), Plan.of(2).retention());
        assertEquals(Duration.ofMinutes(10), Plan.of(60).retention());
        assertEquals(Duration.ofMinutes(20), Plan.of(1_000).retention());
        assertThrows(IllegalArgumentException.class, () -> Plan.of(1));
    }
}
