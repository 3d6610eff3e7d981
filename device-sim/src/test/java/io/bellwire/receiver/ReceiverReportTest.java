package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.FEED;
import static io.bellwire.receiver.CallFixture.cursor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The report finds each of the three things that must not happen. */
class ReceiverReportTest {
    private static final AppliedWork CREATED = work(1, "order-7", 1);
    private static final AppliedWork CHANGED = work(2, "order-7", 2);

    private static AppliedWork work(long revision, String order, long version) {
        return new AppliedWork(
                "call-" + revision, List.of(new AppliedChange(FEED, cursor(revision), order, version)), null);
    }

    private static void assertFound(String violation, ReceiverReport expected, ReceiverReport report) {
        assertEquals(
                expected, new ReceiverReport(report.applied(), report.lost(), report.twice(), report.foreign(), null));
        assertFalse(report.isClean());
        assertTrue(String.valueOf(report.firstViolation()).contains(violation), report::toString);
    }

    @Test
    void everythingOnceIsClean() {
        AppliedWork page = new AppliedWork(
                "", List.of(new AppliedChange(FEED, cursor(3), "", 0)), cursor(3)); // not about an order

        ReceiverReport report = ReceiverReport.of(List.of(CREATED, CHANGED, page), Map.of("order-7", 2L));

        assertEquals(new ReceiverReport(3, 0, 0, 0, null), report);
        assertTrue(report.isClean());
    }

    @Test
    void lostTwiceAndForeignAreFound() {
        assertFound(
                "version 2 of order order-7",
                new ReceiverReport(1, 1, 0, 0, null),
                ReceiverReport.of(List.of(CREATED), Map.of("order-7", 2L)));
        assertFound(
                "order-8",
                new ReceiverReport(1, 1, 0, 0, null),
                ReceiverReport.of(List.of(CREATED), Map.of("order-7", 1L, "order-8", 1L)));
        assertFound(
                "applied twice",
                new ReceiverReport(2, 0, 1, 0, null),
                ReceiverReport.of(List.of(CREATED, CREATED), Map.of("order-7", 1L)));
        assertFound(
                "not an order of this partner",
                new ReceiverReport(2, 0, 0, 1, null),
                ReceiverReport.of(List.of(CREATED, work(2, "order-9", 1)), Map.of("order-7", 1L)));
    }
}
