package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.receiver.ReceiverReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run. Immutable; its JSON is one object with exactly the members of {@link #json}.
 *
 * <p>The simulator counts bytes in two ways. The proxy counts those on the connections that MQTT, WebSocket and SSE
 * devices hold: the payload of TCP, including all protocols above it. For other HTTP requests the HTTP client reports
 * start line, headers and body of request and answer. TCP handshakes and headers are not counted.
 *
 * @param appliedFromSignals changes that a signal carried and that were applied without a read of the feed
 * @param safetyPolls changes that signals missed, as the devices have measured it
 * @param latency from an order's acknowledgement until it took effect, of orders during which the device stayed
 *     connected; only devices with a doorbell, as the latency of the others depends on their poll interval
 * @param doorbells the cost of each kind that the fleet has
 * @param recovery null if the server was never away
 * @param converged whether all devices were connected, and devices and partners up to date, before the time was up
 * @param partners null if the fleet has none
 */
public record Report(
        long seed,
        int devices,
        long orders,
        long events,
        VerificationResult result,
        long sessionDrops,
        long deviceRestarts,
        long serverKills,
        long signalsReceived,
        long signalsDropped,
        long fetches,
        long fetchesEmpty,
        long fetchesSkipped,
        long snapshots,
        long appliedFromSignals,
        SafetyPolls safetyPolls,
        Quantiles latency,
        Quantiles reconcile,
        boolean converged,
        List<DoorbellCost> doorbells,
        @Nullable FleetRecoveryReport recovery,
        @Nullable FleetPartnerReport partners) {
    public Report {
        doorbells = List.copyOf(doorbells);
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Milliseconds. */
    @JsonPropertyOrder({"p50", "p99", "max"})
    public record Quantiles(double p50, double p99, double max) {}

    /**
     * Reads of the feed without a signal, made while the device was connected.
     *
     * @param unannounced changes that these reads found and no signal had announced
     */
    @JsonPropertyOrder({"polls", "unannounced"})
    public record SafetyPolls(long polls, long unannounced) {}

    /** Whether the run ends with exit code 0. */
    public boolean passed() {
        return converged && result.clean() && (partners == null || partners.isClean());
    }

    /** The first violation, and the seed that repeats the run; null if the run has passed. */
    public @Nullable String failureMessage() {
        if (passed()) {
            return null;
        }
        String what = result.firstViolation();
        if (what == null && partners != null) {
            what = partners.firstViolation();
        }
        return "FAILED, seed " + seed + ": "
                + (what == null
                        ? (partners == null ? "the devices" : "devices and partners")
                                + " did not all come up to date in time"
                        : what);
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
                new Object[] {"applied", result.applied()},
                new Object[] {"lost", result.lost()},
                new Object[] {"applied twice", result.appliedTwice()},
                new Object[] {"out of order", result.outOfOrder()},
                new Object[] {"foreign", result.foreign()},
                new Object[] {"sessions cut", sessionDrops},
                new Object[] {"device restarts", deviceRestarts},
                new Object[] {"server kills (-9)", serverKills},
                new Object[] {"signals received / dropped", signalsReceived + " / " + signalsDropped},
                new Object[] {"polls / empty / skipped", fetches + " / " + fetchesEmpty + " / " + fetchesSkipped},
                new Object[] {"snapshots", snapshots},
                new Object[] {"applied straight from signals", appliedFromSignals},
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
        if (recovery != null) {
            table.append(recoveryTable(recovery));
        }
        if (partners != null) {
            table.append(partnerTable(partners));
        }
        table.append(costTable());
        return table.toString();
    }

    private static String recoveryTable(FleetRecoveryReport recovery) {
        return String.format(
                Locale.ROOT,
                "%nOnce the server was back:%n" + "  %-32s %d / %d%n  %-32s %s%n  %-32s %s%n  %-32s %d%n  %-32s %d%n",
                "devices back / not back",
                recovery.back(),
                recovery.missing(),
                "ready to up to date, ms",
                text(recovery.reconcile()),
                "feed asked to answered, ms",
                text(recovery.feed()),
                "answers 429, in the whole run",
                recovery.tooMany(),
                "greatest spread asked for, ms",
                recovery.spreadMaxMillis());
    }

    private static String partnerTable(FleetPartnerReport partners) {
        ReceiverReport result = partners.result();
        return String.format(
                Locale.ROOT,
                "%nPartners:%n  %-32s %d / %d / %d%n  %-32s %d%n  %-32s %d / %d / %d%n  %-32s %d / %d%n"
                        + "  %-32s %d / %d / %d%n",
                "partners / calls / wrong answers",
                partners.partners(),
                partners.callCount(),
                partners.faultCount(),
                "applied",
                result.applied(),
                "lost / applied twice / foreign",
                result.lost(),
                result.twice(),
                result.foreign(),
                "receiver kills / enabled again",
                partners.kills(),
                partners.enabled(),
                "replays / changes / incomplete",
                partners.replays(),
                partners.replayed(),
                partners.incompleteReplays());
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
            @JsonProperty("polls") long fetches,
            @JsonProperty("polls_empty") long fetchesEmpty,
            @JsonProperty("polls_skipped") long fetchesSkipped,
            @JsonProperty("snapshots") long snapshots,
            @JsonProperty("latency_ms") Quantiles latency,
            @JsonProperty("reconcile_ms") Quantiles reconcile,
            @JsonProperty("converged") boolean converged,
            @JsonProperty("applied_straight") long appliedFromSignals,
            @JsonProperty("safety_polls") SafetyPolls safetyPolls,
            @JsonProperty("doorbells") Map<String, DoorbellCost> doorbells,

            @JsonProperty("herd") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FleetRecoveryReport recovery,

            @JsonProperty("partners") @JsonInclude(JsonInclude.Include.NON_NULL)
            FleetPartnerReport.@Nullable Members partners) {
        private Members(Report report) {
            this(
                    report.seed,
                    report.devices,
                    report.orders,
                    report.events,
                    report.result.applied(),
                    report.result.lost(),
                    report.result.appliedTwice(),
                    report.result.outOfOrder(),
                    report.result.foreign(),
                    report.sessionDrops,
                    report.deviceRestarts,
                    report.serverKills,
                    report.signalsReceived,
                    report.signalsDropped,
                    report.fetches,
                    report.fetchesEmpty,
                    report.fetchesSkipped,
                    report.snapshots,
                    report.latency,
                    report.reconcile,
                    report.converged,
                    report.appliedFromSignals,
                    report.safetyPolls,
                    byName(report.doorbells),
                    report.recovery,
                    report.partners == null ? null : report.partners.members());
        }
    }
}
