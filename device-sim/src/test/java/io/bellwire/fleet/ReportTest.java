package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.ReceiverReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Report.Quantiles LATENCY = new Report.Quantiles(1, 2, 3);

    private static final VerificationResult CLEAN = new VerificationResult(5000, 0, 0, 0, 0, null);

    private static Report report(VerificationResult result, boolean converged) {
        return report(result, converged, null);
    }

    private static Report report(VerificationResult result, boolean converged, @Nullable FleetPartnerReport partners) {
        return new Report(
                42,
                200,
                5000,
                5000,
                result,
                7,
                8,
                1,
                9000,
                900,
                6000,
                10,
                300,
                0,
                12,
                new Report.SafetyPolls(40, 3),
                new Report.Quantiles(1.5, 20, 300.25),
                new Report.Quantiles(2, 30, 400),
                converged,
                List.of(
                        new DoorbellCost(FleetDoorbell.MQTT, 100, 2000, 5000, 300_000, 700_000, LATENCY),
                        new DoorbellCost(FleetDoorbell.POLL, 100, 3, 10, 1_000, 2_000, LATENCY)),
                new FleetRecoveryReport(199, 1, LATENCY, LATENCY, 17, 4000),
                partners);
    }

    @Test
    void jsonHasExactlyTheAgreedMembers() {
        assertEquals(
                "{\"seed\":42,\"devices\":200,\"orders\":5000,\"events\":5000,\"applied\":5000,\"lost\":0,"
                        + "\"applied_twice\":0,\"out_of_order\":0,\"foreign\":0,\"session_drops\":7,\"device_restarts\":8,"
                        + "\"server_kills\":1,\"signals_received\":9000,\"signals_dropped\":900,\"polls\":6000,"
                        + "\"polls_empty\":10,\"polls_skipped\":300,\"snapshots\":0,"
                        + "\"latency_ms\":{\"p50\":1.5,\"p99\":20.0,\"max\":300.25},"
                        + "\"reconcile_ms\":{\"p50\":2.0,\"p99\":30.0,\"max\":400.0},\"converged\":true,"
                        + "\"applied_straight\":12,\"safety_polls\":{\"polls\":40,\"unannounced\":3},\"doorbells\":{"
                        + "\"mqtt\":{\"devices\":100,\"changes\":2000,\"requests\":5000,\"requests_per_change\":2.5,"
                        + "\"bytes\":1000000,\"bytes_up\":300000,\"bytes_down\":700000,\"bytes_per_change\":500.0,"
                        + "\"latency_ms\":{\"p50\":1.0,\"p99\":2.0,\"max\":3.0}},"
                        + "\"poll\":{\"devices\":100,\"changes\":3,\"requests\":10,\"requests_per_change\":3.33,"
                        + "\"bytes\":3000,\"bytes_up\":1000,\"bytes_down\":2000,\"bytes_per_change\":1000.0,"
                        + "\"latency_ms\":{\"p50\":1.0,\"p99\":2.0,\"max\":3.0}}},"
                        + "\"herd\":{\"back\":199,\"missing\":1,"
                        + "\"reconcile_ms\":{\"p50\":1.0,\"p99\":2.0,\"max\":3.0},"
                        + "\"feed_ms\":{\"p50\":1.0,\"p99\":2.0,\"max\":3.0},"
                        + "\"too_many_requests\":17,\"spread_max_ms\":4000}}",
                report(new VerificationResult(5000, 0, 0, 0, 0, null), true).json());
    }

    @Test
    void onlyAConvergedCleanRunIsGood() {
        assertTrue(report(new VerificationResult(5000, 0, 0, 0, 0, null), true).passed());
        assertNull(report(new VerificationResult(5000, 0, 0, 0, 0, null), true).failureMessage());
        assertFalse(
                report(new VerificationResult(5000, 0, 0, 0, 0, null), false).passed());
        assertFalse(report(new VerificationResult(4999, 1, 0, 0, 0, "x"), true).passed());
        assertFalse(report(new VerificationResult(5000, 0, 1, 0, 0, "x"), true).passed());
        assertFalse(report(new VerificationResult(5000, 0, 0, 1, 0, "x"), true).passed());
        assertFalse(report(new VerificationResult(5000, 0, 0, 0, 1, "x"), true).passed());
    }

    @Test
    void complaintNamesTheFirstOffenceAndTheSeed() {
        assertEquals(
                "FAILED, seed 42: grill: lost: order order-7",
                report(new VerificationResult(4999, 1, 0, 0, 0, "grill: lost: order order-7"), true)
                        .failureMessage());
    }

    @Test
    void tableTellsEveryFigure() {
        String table =
                report(new VerificationResult(5000, 0, 0, 0, 0, null), true).table();

        for (String part : new String[] {
            "200 / 5000 / 5000",
            "9000 / 900",
            "40 / 3",
            "6000 / 10 / 300",
            "p50 1.5",
            "yes",
            "42",
            "199 / 1",
            "mqtt",
            "poll",
            "2.50"
        }) {
            assertTrue(table.contains(part), part + " in\n" + table);
        }
    }

    private static FleetPartnerReport partners(ReceiverReport result) {
        return new FleetPartnerReport(
                5,
                Map.of(CallOutcome.APPLIED, 60L, CallOutcome.LIED, 7L, CallOutcome.CHALLENGE, 5L),
                result,
                3,
                2,
                6,
                41,
                0);
    }

    @Test
    void partnersAreInTableAndJsonIfThereAreSome() {
        Report report = report(CLEAN, true, partners(new ReceiverReport(61, 0, 0, 0, null)));

        assertTrue(report.passed());
        assertTrue(
                report.json()
                        .endsWith(
                                ",\"partners\":{\"partners\":5,\"calls\":72,\"faults\":7,\"applied\":61,\"lost\":0,"
                                        + "\"twice\":0,\"foreign\":0,\"receiver_kills\":3,\"enabled_again\":2,\"replays\":6,\"replayed\":41,\"incomplete_replays\":0}}"),
                report::json);
        for (String part : new String[] {"5 / 72 / 7", "61", "0 / 0 / 0", "3 / 2", "6 / 41 / 0"}) {
            assertTrue(report.table().contains(part), report::table);
        }
    }

    /** The next replay may bring what one has left out: it must be seen all the same. */
    @Test
    void replayThatLeavesSomethingOutFailsTheRun() {
        FleetPartnerReport partners =
                new FleetPartnerReport(5, Map.of(), new ReceiverReport(61, 0, 0, 0, null), 3, 2, 6, 41, 1);

        Report report = report(CLEAN, true, partners);

        assertFalse(report.passed(), report::table);
        assertEquals(
                "FAILED, seed 42: 1 replays have ended without having brought all that they were to bring",
                report.failureMessage());
    }

    @Test
    void partnerThatHasNotAllAppliedOnceFailsTheRun() {
        for (ReceiverReport result : List.of(
                new ReceiverReport(60, 1, 0, 0, "acme: lost"),
                new ReceiverReport(60, 0, 1, 0, "acme: lost"),
                new ReceiverReport(60, 0, 0, 1, "acme: lost"))) {
            Report report = report(CLEAN, true, partners(result));

            assertFalse(report.passed(), report::table);
            assertEquals("FAILED, seed 42: acme: lost", report.failureMessage());
        }
    }
}
