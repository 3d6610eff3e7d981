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

class SoakPlanTest {
    private static final SoakPlan TWO_HOURS = SoakPlan.of(120);

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
    void everyActionButTheAdvanceOfTimeIsTaken() {
        Set<ServerAction> taken = TWO_HOURS.phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .map(Phase.Step::action)
                .collect(Collectors.toSet());

        taken.add(ServerAction.PRESS_TIME);
        assertEquals(Set.of(ServerAction.values()), taken);
    }

    @Test
    void clockIsRightInTheEnd() {
        List<ServerAction> taken = TWO_HOURS.phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .map(Phase.Step::action)
                .toList();

        for (ServerAction[] pair : new ServerAction[][] {
            {ServerAction.CLOCK_AN_HOUR_ON, ServerAction.CLOCK_AN_HOUR_BACK},
            {ServerAction.CLOCK_THIRTY_DAYS_ON, ServerAction.CLOCK_THIRTY_DAYS_BACK}
        }) {
            assertEquals(
                    taken.stream().filter(pair[0]::equals).count(),
                    taken.stream().filter(pair[1]::equals).count());
        }
    }

    @Test
    void noProcessEndsAfterTheMeasuredOneIsWarm() {
        boolean begun = false;
        for (Phase phase : TWO_HOURS.phases()) {
            begun |= phase.isMeasured() || phase.name().equals("warm-up");
            for (Phase.Step step : phase.steps()) {
                boolean ends = step.action() == ServerAction.KILL || step.action() == ServerAction.RESTART;
                assertTrue(!begun || !ends, phase.name());
            }
        }
    }

    @Test
    void retentionIsShortEnoughToBeSeenAndLongEnoughForTheServer() {
        assertEquals(Duration.ofMinutes(1), SoakPlan.of(2).retention());
        assertEquals(Duration.ofMinutes(10), SoakPlan.of(60).retention());
        assertEquals(Duration.ofMinutes(20), SoakPlan.of(1_000).retention());
        assertThrows(IllegalArgumentException.class, () -> SoakPlan.of(1));
    }
}
