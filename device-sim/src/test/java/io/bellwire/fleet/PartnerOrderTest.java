package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.receiver.AppliedChange;
import io.bellwire.receiver.AppliedWork;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartnerOrderTest {
    private static final String FEED = "/v1/partners/acme/feed";
    private static final NavigableMap<Long, Long> NONE_MISSED = Collections.emptyNavigableMap();

    private static AppliedWork call(long revision, String order, long version) {
        return new AppliedWork(
                "e1-" + revision, List.of(new AppliedChange(FEED, "e1." + revision, order, version)), null);
    }

    @Test
    void changesInTheOrderOfTheFeedAreRight() {
        assertEquals(
                Optional.empty(),
                PartnerOrder.inOrderOfFeed(List.of(call(7, "o1", 1), call(8, "o2", 1), call(9, "o1", 2))));
    }

    @Test
    void laterRevisionBeforeAnEarlierOneIsFound() {
        assertEquals(
                Optional.of("out of order, revision 8 was due: "
                        + call(9, "o1", 2).changes().get(0)),
                PartnerOrder.inOrderOfFeed(List.of(call(7, "o1", 1), call(9, "o1", 2), call(8, "o2", 1))));
    }

    @Test
    void differentOrdersMayOvertakeEachOther() {
        assertEquals(
                Optional.empty(),
                PartnerOrder.inOrderOfOrders(List.of(call(9, "o1", 2), call(8, "o2", 1), call(10, "o1", 3))));
    }

    @Test
    void laterVersionBeforeAnEarlierOneOfTheSameOrderIsFound() {
        assertEquals(
                Optional.of("out of order, after version 2: "
                        + call(7, "o1", 1).changes().get(0)),
                PartnerOrder.inOrderOfOrders(List.of(call(9, "o1", 2), call(7, "o1", 1))));
    }

    @Test
    void revisionThatNobodyBroughtIsFoundUnlessTheServerSaysThatItIsMissed() {
        List<AppliedWork> journal = List.of(call(7, "o1", 1), call(11, "o2", 1), call(8, "o3", 1));
        NavigableMap<Long, Long> missed = new TreeMap<>();

        missed.put(9L, 9L);
        assertEquals(Optional.of("skipped: revision 10 of its feed"), PartnerOrder.skipped(journal, FEED, missed));
        missed.put(9L, 10L);
        assertEquals(Optional.empty(), PartnerOrder.skipped(journal, FEED, missed));
        assertEquals(Optional.of("skipped: revision 9 of its feed"), PartnerOrder.skipped(journal, FEED, NONE_MISSED));
    }
}
