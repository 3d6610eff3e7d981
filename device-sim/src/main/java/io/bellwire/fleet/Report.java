package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to. Immutable; its JSON is one object with exactly the members of {@link #json}.
 *
 * @param converged whether all devices were connected and had all they were owed before the time was up
 */
public record Report(
        long seed,
        int devices,
        long orders,
        long events,
        Verdict verdict,
        long sessionDrops,
        long deviceRestarts,
        long serverKills,
        long signalsReceived,
        long signalsDropped,
        long polls,
        long pollsEmpty,
        long pollsSkipped,
        long snapshots,
        Quantiles latency,
        Quantiles reconcile,
        boolean converged) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Milliseconds. */
    @JsonPropertyOrder({"p50", "p99", "max"})
    public record Quantiles(double p50, double p99, double max) {}

    /** The one condition for exit code 0. */
    public boolean good() {
        return converged && verdict.clean();
    }

    /** What went wrong first and how to see it again; null if nothing did. */
    public @Nullable String complaint() {
        if (good()) {
            return null;
        }
        String what = verdict.firstOffence();
        return "FAILED, seed " + seed + ": "
                + (what == null ? "the devices did not all come up to date in time" : what);
    }

    public String json() {
        try {
            return JSON.writeValueAsString(new Members(this));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public String table() {
        List<Object[]> rows = List.of(
                new Object[] {"devices / orders / changes", devices + " / " + orders + " / " + events},
                new Object[] {"applied", verdict.applied()},
                new Object[] {"lost", verdict.lost()},
                new Object[] {"applied twice", verdict.appliedTwice()},
                new Object[] {"out of order", verdict.outOfOrder()},
                new Object[] {"foreign", verdict.foreign()},
                new Object[] {"sessions cut", sessionDrops},
                new Object[] {"device restarts", deviceRestarts},
                new Object[] {"server kills (-9)", serverKills},
                new Object[] {"signals received / dropped", signalsReceived + " / " + signalsDropped},
                new Object[] {"polls / empty / skipped", polls + " / " + pollsEmpty + " / " + pollsSkipped},
                new Object[] {"snapshots", snapshots},
                new Object[] {"acknowledged to applied, ms", text(latency)},
                new Object[] {"reconnected to up to date, ms", text(reconcile)},
                new Object[] {"converged", converged ? "yes" : "NO"},
                new Object[] {"seed", seed});
        StringBuilder table = new StringBuilder();
        for (Object[] row : rows) {
            table.append(String.format(Locale.ROOT, "  %-32s %s%n", row));
        }
        return table.toString();
    }

    private static String text(Quantiles of) {
        return String.format(Locale.ROOT, "p50 %.1f   p99 %.1f   max %.1f", of.p50(), of.p99(), of.max());
    }

    @SuppressWarnings("unused") // read by the JSON writer
    private record Members(
            @JsonProperty("seed") long seed,
            @JsonProperty("devices") int devices,
            @JsonProperty("orders") long orders,
            @JsonProperty("events") long events,
            @JsonProperty("applied") long applied,
            @JsonProperty("lost") long lost,
            @JsonProperty("applied_twice") long appliedTwice,
            @JsonProperty("out_of_order") long outOfOrder,
            @JsonProperty("foreign") long foreign,
            @JsonProperty("session_drops") long sessionDrops,
            @JsonProperty("device_restarts") long deviceRestarts,
            @JsonProperty("server_kills") long serverKills,
            @JsonProperty("signals_received") long signalsReceived,
            @JsonProperty("signals_dropped") long signalsDropped,
            @JsonProperty("polls") long polls,
            @JsonProperty("polls_empty") long pollsEmpty,
            @JsonProperty("polls_skipped") long pollsSkipped,
            @JsonProperty("snapshots") long snapshots,
            @JsonProperty("latency_ms") Quantiles latency,
            @JsonProperty("reconcile_ms") Quantiles reconcile,
            @JsonProperty("converged") boolean converged) {
        private Members(Report report) {
            this(
                    report.seed,
                    report.devices,
                    report.orders,
                    report.events,
                    report.verdict.applied(),
                    report.verdict.lost(),
                    report.verdict.appliedTwice(),
                    report.verdict.outOfOrder(),
                    report.verdict.foreign(),
                    report.sessionDrops,
                    report.deviceRestarts,
                    report.serverKills,
                    report.signalsReceived,
                    report.signalsDropped,
                    report.polls,
                    report.pollsEmpty,
                    report.pollsSkipped,
                    report.snapshots,
                    report.latency,
                    report.reconcile,
                    report.converged);
        }
    }
}
