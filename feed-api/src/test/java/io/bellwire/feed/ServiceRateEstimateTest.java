package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServiceRateEstimateTest {
    /** What the HTTP server takes for a page, which is a constant and not measured. */
    private static final long HTTP_NANOS = 25_000;

    private long wallNanos;
    private long threadNanos;
    private long waitedNanos;

    /** Two processors, four readers. */
    private final ServiceRateEstimate serviceRate =
            new ServiceRateEstimate(2, 4, 500, () -> wallNanos, () -> threadNanos, () -> waitedNanos);

    private void pages(int count, long answerNanos) {
        for (int i = 0; i < count; i++) {
            ServiceRateEstimate.PageRendering work = serviceRate.beginRendering();
            wallNanos += answerNanos * 7; // others have the processor meanwhile, which is no cost of the page
            threadNanos += answerNanos;
            work.done();
        }
    }

    private void pagesFromTheDatabase(int count, long readNanos, long answerNanos) {
        for (int i = 0; i < count; i++) {
            ServiceRateEstimate.StoreRead reading = serviceRate.beginStoreRead();
            wallNanos += readNanos;
            threadNanos += readNanos / 100;
            reading.done();
            pages(1, answerNanos);
        }
    }

    private void assertNear(double expected) {
        assertEquals(expected, serviceRate.pagesPerSecond(), expected / 20);
    }

    @Test
    void beforeThereIsAnythingToMeasureItIsWhatWasExpected() {
        assertEquals(500, serviceRate.pagesPerSecond(), 1e-6);
        pages(1, 75_000);
        assertTrue(serviceRate.pagesPerSecond() < 600, "one page says little");
    }

    @Test
    void pagesFromMemoryAreLimitedByTheProcessors() {
        pages(1_000, 75_000);

        assertNear(2 * 1e9 / (75_000 + HTTP_NANOS));
    }

    @Test
    void pagesFromTheDatabaseAreLimitedByItsReaders() {
        pagesFromTheDatabase(1_000, 10_000_000, 75_000);

        assertNear(4 * 1e9 / 10_000_000);
    }

    @Test
    void readersThatWaitForAProcessorDoNotMakeTheDatabaseSlow() {
        for (int i = 0; i < 1_000; i++) {
            ServiceRateEstimate.StoreRead reading = serviceRate.beginStoreRead();
            threadNanos += 400_000;
            waitedNanos += 3_000_000;
            wallNanos += 400_000 + 3_000_000;
            reading.done();
            pages(1, 75_000);
        }

        assertNear(2 * 1e9 / (400_000 + 75_000 + HTTP_NANOS));
    }

    @Test
    void mixtureCountsReadingForThePagesThatNeedIt() {
        for (int i = 0; i < 500; i++) {
            pages(3, 75_000);
            pagesFromTheDatabase(1, 10_000_000, 75_000);
        }

        assertNear(4 * 1e9 / (10_000_000 / 4.0));
    }

    @Test
    void changeOfPaceShowsWithinSomeHundredPages() {
        pages(1_000, 75_000);
        pages(400, 975_000);
        assertNear(2 * 1e9 / (975_000 + HTTP_NANOS));
        pages(400, 75_000);
        assertNear(2 * 1e9 / (75_000 + HTTP_NANOS));
    }

    @Test
    void onePauseDoesNotLookLikeASlowServer() {
        pages(1_000, 75_000);
        pages(1, 60_000_000_000L);

        assertTrue(serviceRate.pagesPerSecond() > 15_000, "is " + serviceRate.pagesPerSecond());
    }

    @Test
    void databaseThatIsNeededAgainAfterALongTimeCountsAgain() {
        pages(100_000, 75_000);
        pagesFromTheDatabase(400, 10_000_000, 75_000);

        assertNear(4 * 1e9 / 10_000_000);
    }

    @Test
    void clockThatGoesBackDoesNoHarm() {
        pages(1_000, 75_000);
        ServiceRateEstimate.StoreRead reading = serviceRate.beginStoreRead();
        ServiceRateEstimate.PageRendering work = serviceRate.beginRendering();
        threadNanos -= 1_000_000_000;
        wallNanos -= 1_000_000_000;
        waitedNanos -= 1_000_000_000;
        reading.done();
        work.done();

        assertNear(2 * 1e9 / (75_000 + HTTP_NANOS));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ServiceRateEstimate(0, 1, 1, () -> 0, () -> 0, () -> 0));
        assertThrows(IllegalArgumentException.class, () -> new ServiceRateEstimate(1, 0, 1, () -> 0, () -> 0, () -> 0));
        assertThrows(IllegalArgumentException.class, () -> new ServiceRateEstimate(1, 1, 0, () -> 0, () -> 0, () -> 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ServiceRateEstimate(1, 1, Double.NaN, () -> 0, () -> 0, () -> 0));
    }
}
