package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReportTest {
    private static Report report(Verdict verdict, boolean converged) {
        return new Report(
                42,
                200,
                5000,
                5000,
                verdict,
                7,
                8,
                1,
                9000,
                900,
                6000,
                10,
                300,
                0,
                new Report.Quantiles(1.5, 20, 300.25),
                new Report.Quantiles(2, 30, 400),
                converged);
    }

    @Test
    void jsonHasExactlyTheAgreedMembers() {
        assertEquals(
                "{\"seed\":42,\"devices\":200,\"orders\":5000,\"events\":5000,\"applied\":5000,\"lost\":0,"
                        + "\"applied_twice\":0,\"out_of_order\":0,\"foreign\":0,\"session_drops\":7,\"device_restarts\":8,"
                        + "\"server_kills\":1,\"signals_received\":9000,\"signals_dropped\":900,\"polls\":6000,"
                        + "\"polls_empty\":10,\"polls_skipped\":300,\"snapshots\":0,"
                        + "\"latency_ms\":{\"p50\":1.5,\"p99\":20.0,\"max\":300.25},"
                        + "\"reconcile_ms\":{\"p50\":2.0,\"p99\":30.0,\"max\":400.0},\"converged\":true}",
                report(new Verdict(5000, 0, 0, 0, 0, null), true).json());
    }

    @Test
    void onlyAConvergedCleanRunIsGood() {
        assertTrue(report(new Verdict(5000, 0, 0, 0, 0, null), true).good());
        assertNull(report(new Verdict(5000, 0, 0, 0, 0, null), true).complaint());
        assertFalse(report(new Verdict(5000, 0, 0, 0, 0, null), false).good());
        assertFalse(report(new Verdict(4999, 1, 0, 0, 0, "x"), true).good());
        assertFalse(report(new Verdict(5000, 0, 1, 0, 0, "x"), true).good());
        assertFalse(report(new Verdict(5000, 0, 0, 1, 0, "x"), true).good());
        assertFalse(report(new Verdict(5000, 0, 0, 0, 1, "x"), true).good());
    }

    @Test
    void complaintNamesTheFirstOffenceAndTheSeed() {
        assertEquals(
                "FAILED, seed 42: grill: lost: order order-7",
                report(new Verdict(4999, 1, 0, 0, 0, "grill: lost: order order-7"), true)
                        .complaint());
    }

    @Test
    void tableTellsEveryFigure() {
        String table = report(new Verdict(5000, 0, 0, 0, 0, null), true).table();

        for (String part :
                new String[] {"200 / 5000 / 5000", "9000 / 900", "6000 / 10 / 300", "p50 1.5", "yes", "42"}) {
            assertTrue(table.contains(part), part + " in\n" + table);
        }
    }
}
