package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to. Immutable; its JSON is one object with exactly the members of {@link #json}.
 *
 * <p>Bytes are counted by the simulator: what passes on the lines that MQTT, WebSocket and SSE devices hold, by the proxy
 * in between (the payload of TCP, all protocol above it included); what goes over HTTP besides, from the requests and
 * answers as the client tells them, start line, headers and body. TCP's own handshakes and headers are not in it.
 *
 * @param appliedStraight changes that came with a signal, so that nobody had to ask for them
 * @param safetyPolls what signals missed, as the devices have measured it
 * @param latency from an order's acknowledgement until it took effect, where the device was in touch all the while; of
 *     devices with a doorbell, as that of the others is a matter of how often they ask
 * @param doorbells one for each kind that the fleet has
 * @param herd null if the server was never away
 * @param converged whether all devices were connected and had all they were owed before the time was up
 */
public record Report(
        long seed,
        int devices,
        long orders,
        long events,
        VerificationResult verdict,
        long sessionDrops,
        long deviceRestarts,
        long serverKills,
        long signalsReceived,
        long signalsDropped,
        long polls,
        long pollsEmpty,
        long pollsSkipped,
        long snapshots,
        long appliedStraight,
        SafetyPolls safetyPolls,
        Quantiles latency,
        Quantiles reconcile,
        boolean converged,
        List<DoorbellCost> doorbells,
        @Nullable FleetRecoveryReport herd) {
    public Report {
        doorbells = List.copyOf(doorbells);
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Milliseconds. */
    @JsonPropertyOrder({"p50", "p99", "max"})
    public record Quantiles(double p50, double p99, double max) {}

    /**
     * Polls that no signal had called for, made while the device could hear.
     *
     * @param unannounced changes that they found, each of which no signal had announced
     */
    @JsonPropertyOrder({"polls", "unannounced"})
    public record SafetyPolls(long polls, long unannounced) {}

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
                new Object[] {"applied straight from signals", appliedStraight},
                new Object[] {
                    "safety polls / found unannounced", safetyPolls.polls() + " / " + safetyPolls.unannounced()
                },
                new Object[] {"rung: acknowledged to applied, ms", text(latency)},
                new Object[] {"reconnected to up to date, ms", text(reconcile)},
                new Object[] {"converged", converged ? "yes" : "NO"},
                new Object[] {"seed", seed});
        StringBuilder table = new StringBuilder();
        for (Object[] row : rows) {
            table.append(String.format(Locale.ROOT, "  %-32s %s%n", row));
        }
        if (herd != null) {
            table.append(herdTable(herd));
        }
        table.append(costTable());
        return table.toString();
    }

    private static String herdTable(FleetRecoveryReport herd) {
        return String.format(
                Locale.ROOT,
                "%nOnce the server was back:%n" + "  %-32s %d / %d%n  %-32s %s%n  %-32s %s%n  %-32s %d%n  %-32s %d%n",
                "devices back / not back",
                herd.back(),
                herd.missing(),
                "ready to up to date, ms",
                text(herd.reconcile()),
                "feed asked to answered, ms",
                text(herd.feed()),
                "answers 429, in the whole run",
                herd.tooMany(),
                "greatest spread asked for, ms",
                herd.spreadMaxMillis());
    }

    private String costTable() {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%n  %-9s %7s %8s %9s %10s %12s %12s %10s %22s%n",
                "doorbell",
                "devices",
                "changes",
                "requests",
                "per change",
                "bytes up",
                "bytes down",
                "per change",
                "latency ms p50 / p99"));
        for (DoorbellCost cost : doorbells) {
            table.append(String.format(
                    Locale.ROOT,
                    "  %-9s %7d %8d %9d %10.2f %12d %12d %10.0f %22s%n",
                    cost.kind().label(),
                    cost.devices(),
                    cost.changes(),
                    cost.requests(),
                    cost.requestsPerChange(),
                    cost.bytesUp(),
                    cost.bytesDown(),
                    cost.bytesPerChange(),
                    String.format(
                            Locale.ROOT,
                            "%.1f / %.1f",
                            cost.latency().p50(),
                            cost.latency().p99())));
        }
        return table.toString();
    }

    private static String text(Quantiles of) {
        return String.format(Locale.ROOT, "p50 %.1f   p99 %.1f   max %.1f", of.p50(), of.p99(), of.max());
    }

    private static Map<String, DoorbellCost> byName(List<DoorbellCost> costs) {
        Map<String, DoorbellCost> named = new LinkedHashMap<>();
        costs.forEach(cost -> named.put(cost.kind().label(), cost));
        return named;
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
            @JsonProperty("converged") boolean converged,
            @JsonProperty("applied_straight") long appliedStraight,
            @JsonProperty("safety_polls") SafetyPolls safetyPolls,
            @JsonProperty("doorbells") Map<String, DoorbellCost> doorbells,

            @JsonProperty("herd") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FleetRecoveryReport herd) {
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
                    report.converged,
                    report.appliedStraight,
                    report.safetyPolls,
                    byName(report.doorbells),
                    report.herd);
        }
    }
}
