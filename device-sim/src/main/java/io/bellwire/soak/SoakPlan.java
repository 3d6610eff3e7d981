package io.bellwire.soak;

import io.bellwire.soak.Phase.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The phases of a run. Immutable.
 *
 * <p>The server is killed and restarted in the first phase. The process that remains is warmed up and runs through the
 * long silence and through three equal phases of load, whose figures are compared. 42 percent of the run are silent.
 *
 * @param retention how long the server keeps changes; short, so that segments are dropped all the time
 */
public record SoakPlan(List<Phase> phases, Duration retention) {
    private static final Duration RETENTION_MIN = Duration.ofMinutes(1);
    private static final int RETENTIONS = 6;
    private static final Duration RETENTION_MAX = Duration.ofMinutes(20);
    private static final double PERCENT = 100;

    public SoakPlan {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a plan must have phases");
        }
    }

    /** The plan of a run of so many minutes, at least 2. */
    public static SoakPlan of(int minutes) {
        if (minutes < 2 || minutes > 100_000) {
            throw new IllegalArgumentException("minutes must be 2 to 100000, are " + minutes);
        }
        Share share = percent -> Math.max(1, (int) Math.round(minutes * 60 * percent / PERCENT));
        Duration retention = Duration.ofSeconds(minutes * 60L / RETENTIONS);
        return new SoakPlan(
                List.of(
                        new Phase(
                                "faults and kills",
                                Kind.FAULTS,
                                share.seconds(12),
                                false,
                                Phase.evenly(
                                        ServerAction.KILL,
                                        ServerAction.CLOCK_AN_HOUR_ON,
                                        ServerAction.RESTART,
                                        ServerAction.CLOCK_AN_HOUR_BACK,
                                        ServerAction.CLOCK_THIRTY_DAYS_ON,
                                        ServerAction.KILL,
                                        ServerAction.BACKUP,
                                        ServerAction.CLOCK_THIRTY_DAYS_BACK)),
                        new Phase("warm-up", Kind.LOAD, share.seconds(9), false, List.of()),
                        new Phase("first silence", Kind.SILENCE, share.seconds(6), true, List.of()),
                        new Phase(
                                "first load",
                                Kind.LOAD,
                                share.seconds(10),
                                true,
                                Phase.evenly(ServerAction.LEAVE_ONE_BEHIND)),
                        new Phase(
                                "long silence",
                                Kind.DEEP_SILENCE,
                                share.seconds(30),
                                false,
                                Phase.evenly(
                                        ServerAction.CLOCK_AN_HOUR_ON,
                                        ServerAction.CLOCK_AN_HOUR_BACK,
                                        ServerAction.CLOCK_THIRTY_DAYS_ON,
                                        ServerAction.CLOCK_THIRTY_DAYS_BACK)),
                        new Phase("second load", Kind.LOAD, share.seconds(10), true, List.of()),
                        new Phase(
                                "faults",
                                Kind.FAULTS,
                                share.seconds(7),
                                false,
                                Phase.evenly(
                                        ServerAction.FETCH_IT_BACK,
                                        ServerAction.BACKUP,
                                        ServerAction.CLOCK_AN_HOUR_BACK,
                                        ServerAction.CLOCK_AN_HOUR_ON,
                                        ServerAction.CLOCK_THIRTY_DAYS_BACK,
                                        ServerAction.CLOCK_THIRTY_DAYS_ON)),
                        new Phase("third load", Kind.LOAD, share.seconds(10), true, List.of()),
                        new Phase("last silence", Kind.SILENCE, share.seconds(6), true, List.of())),
                clamped(retention));
    }

    private interface Share {
        int seconds(double percent);
    }

    private static Duration clamped(Duration retention) {
        if (retention.compareTo(RETENTION_MIN) < 0) {
            return RETENTION_MIN;
        }
        return retention.compareTo(RETENTION_MAX) > 0 ? RETENTION_MAX : retention;
    }

    public int seconds() {
        return phases.stream().mapToInt(Phase::seconds).sum();
    }

    int silentSeconds() {
        return phases.stream()
                .filter(phase -> phase.kind().isSilent())
                .mapToInt(Phase::seconds)
                .sum();
    }

    /** The plan as text for people. */
    String table() {
        StringBuilder table = new StringBuilder();
        int begins = 0;
        for (Phase phase : phases) {
            table.append(String.format(
                    Locale.ROOT,
                    "  from %6.1f min, %6.1f min: %s%n",
                    begins / 60.0,
                    phase.seconds() / 60.0,
                    phase.name()));
            begins += phase.seconds();
        }
        return table.append(String.format(
                        Locale.ROOT,
                        "  %.1f of %.1f min are silent; changes are kept for %.1f min%n",
                        silentSeconds() / 60.0,
                        seconds() / 60.0,
                        retention.toSeconds() / 60.0))
                .toString();
    }
}
