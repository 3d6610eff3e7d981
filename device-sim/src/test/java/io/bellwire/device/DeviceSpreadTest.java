package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Signals with {@code spread_ms}, for which the device fetches at a random moment. */
class DeviceSpreadTest extends DeviceFixture {
    @Test
    void fetchIsMadeAtARandomMomentWithinTheSpread() {
        long[] quarters = new long[4];
        for (int seed = 0; seed < 400; seed++) {
            grill = new Device(SETTINGS, stateAt(5), new SplittableRandom(seed));
            becomeUpToDate();
            assertEquals(List.of(), signalWithSpread(6, 8_000));
            long wait = grill.wakeAtMillis() - now;
            assertTrue(wait >= 1 && wait <= 8_000, () -> "waits " + wait);
            quarters[(int) ((wait - 1) / 2_000)]++;
            assertEquals(List.of(fetch(5)), tickWhenDue());
        }
        for (long quarter : quarters) {
            assertTrue(quarter > 60, () -> "of 400 only " + quarter + " in a quarter");
        }
    }

    /** A broadcast whose messages carry the change: nobody has to fetch, and everybody has to acknowledge. */
    @Test
    void guarantee6AcknowledgementsAfterABroadcastAreSpread() {
        long[] quarters = new long[4];
        for (int seed = 0; seed < 400; seed++) {
            grill = new Device(SETTINGS, stateAt(5), new SplittableRandom(seed));
            becomeUpToDate();
            fullSignalWithSpread(6, 8_000);
            assertEquals(List.of(CAUGHT_UP), saved());
            long wait = grill.wakeAtMillis() - now;
            assertTrue(wait >= 1 && wait <= 8_000, () -> "waits " + wait);
            quarters[(int) ((wait - 1) / 2_000)]++;
            assertEquals(List.of(ack(6)), tickWhenDue());
        }
        for (long quarter : quarters) {
            assertTrue(quarter > 60, () -> "of 400 only " + quarter + " in a quarter");
        }
    }

    @Test
    void acknowledgementThatWaitsForItsMomentIsThatOfTheNewestChange() {
        becomeUpToDateAt(5);
        fullSignalWithSpread(6, 8_000);
        saved();
        long due = grill.wakeAtMillis();
        now += 1;
        fullSignalWithSpread(7, 8_000);
        assertEquals(List.of(CAUGHT_UP), saved());

        assertEquals(due, grill.wakeAtMillis());
        assertEquals(List.of(ack(7)), tickWhenDue());
        acked();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "only the safety poll is left");
    }

    @Test
    void acknowledgementOfTheLastProcessIsSpreadToo() {
        long latest = 0;
        for (int seed = 0; seed < 100; seed++) {
            grill = new Device(SETTINGS, stateAt(5), new SplittableRandom(seed));
            started();
            subscribed();
            assertEquals(List.of(FETCH_SKIPPED), signalWithSpread(5, 8_000));
            latest = Math.max(latest, grill.wakeAtMillis() - now);
            assertEquals(List.of(ack(5)), tickWhenDueBefore(now + 8_001));
        }
        assertTrue(latest > 6_000, "at most " + latest);
    }

    private void fullSignalWithSpread(long revision, long spreadMillis) {
        on(new Input.SignalReceived(
                now,
                new ReceivedSignal(
                        EPOCH,
                        revision,
                        spreadMillis,
                        List.of(),
                        List.of(created(revision, "order-" + revision)),
                        cursor(revision - 1),
                        null)));
    }

    @Test
    void laterSignalDoesNotRestartTheWait() {
        becomeUpToDateAt(5);
        signalWithSpread(6, 8_000);
        long due = grill.wakeAtMillis();

        now += 1;
        assertEquals(List.of(), signalWithSpread(7, 8_000));
        assertEquals(due, grill.wakeAtMillis());
        assertEquals(List.of(fetch(5)), tickWhenDue());
        page(5, true, created(6, "order-6"), created(7, "order-7"));
        assertEquals(List.of(CAUGHT_UP, ack(7)), saved());
    }

    @Test
    void laterSignalMayShortenTheWait() {
        becomeUpToDateAt(5);
        signalWithSpread(6, 1_000_000);

        assertEquals(List.of(), signalWithSpread(7, 10));
        assertTrue(grill.wakeAtMillis() <= now + 10);
        assertEquals(List.of(fetch(5)), signal(8), "without a spread it is at once");
    }

    @Test
    void signalThatCarriesTheChangesEndsTheWait() {
        becomeUpToDateAt(5);
        signalWithSpread(6, 8_000);

        fullSignal(created(6, "order-6"), created(7, "order-7"));
        assertEquals(List.of(CAUGHT_UP, ack(7)), saved());
        acked();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "only the safety poll is left");
    }

    @Test
    void signalThatCarriesFewerChangesThanWereAnnouncedDoesNotEndTheWait() {
        becomeUpToDateAt(5);
        signalWithSpread(9, 8_000);
        long due = grill.wakeAtMillis();

        assertEquals(List.of(), fullSignal(created(6, "order-6")));
        assertEquals(due, grill.wakeAtMillis());
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void signalWithoutNewsDoesNotEndTheWait() {
        becomeUpToDateAt(5);
        signalWithSpread(6, 8_000);
        long due = grill.wakeAtMillis();

        assertEquals(List.of(), signal(5), "late");
        assertEquals(due, grill.wakeAtMillis());
    }

    @Test
    void signalDuringAFetchIsSpreadAfterTheFetch() {
        becomeUpToDateAt(5);
        signal(6);
        signalWithSpread(7, 8_000);
        page(5, true, created(6, "order-6"));

        assertEquals(List.of(ack(6)), saved());
        acked();
        assertEquals(List.of(fetch(6)), tickWhenDueBefore(now + 8_001));
    }

    @Test
    void nextPageIsFetchedWithoutSpread() {
        becomeUpToDateAt(5);
        signal(6);
        signalWithSpread(7, 8_000);
        page(5, false, created(6, "order-6"));

        assertEquals(List.of(fetch(6)), saved());
    }

    /** A device that obeyed a spread or a Retry-After of years would be silent for good. */
    @Test
    void absurdWaitsAreCutShort() {
        becomeUpToDateAt(5);
        signalWithSpread(6, Long.MAX_VALUE);
        assertEquals(List.of(fetch(5)), tickWhenDueBefore(now + 600_001));

        fetched(new FetchResult.Failed(Long.MAX_VALUE, "429"));
        long until = now + 3_610_000;
        while (tickWhenDueBefore(until + 1).isEmpty()) {}
    }

    @Test
    void retryAfterIsObeyedBeforeASpread() {
        becomeUpToDateAt(5);
        signal(6);
        fetched(new FetchResult.Failed(30_000, "429"));

        assertEquals(List.of(), signalWithSpread(7, 10));
        assertTrue(grill.wakeAtMillis() > now + 30_000);
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void retryAfterOfAnAcknowledgementHoldsFetchesToo() {
        becomeUpToDateAt(5);
        signal(6);
        page(5, true, created(6, "order-6"));
        saved();
        on(new Input.Acked(now, new AckResult.Failed(30_000, "429")));

        long until = now + 30_000;
        assertEquals(List.of(), signal(7));
        assertTrue(grill.wakeAtMillis() > until);
        assertEquals(Set.of(fetch(6), ack(6)), Set.copyOf(tickFor(30_100)), "soon after the end of Retry-After");
    }

    @Test
    void devicesWithTheSameRetryAfterFetchAtDifferentTimes() {
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (int seed = 0; seed < 100; seed++) {
            grill = new Device(SETTINGS, stateAt(5), new SplittableRandom(seed));
            becomeUpToDate();
            signal(6);
            fetched(new FetchResult.Failed(2_000, "429"));
            long wait = grill.wakeAtMillis() - now;
            earliest = Math.min(earliest, wait);
            latest = Math.max(latest, wait);
        }
        assertTrue(earliest > 2_000 && latest > 2_080, earliest + " to " + latest);
    }

    @Test
    void shortestSpreadIsOneMillisecond() {
        becomeUpToDateAt(5);
        assertEquals(List.of(), signalWithSpread(6, 1));
        assertEquals(now + 1, grill.wakeAtMillis(), "the fetch");

        becomeUpToDateAt(5);
        fullSignalWithSpread(6, 1);
        assertEquals(List.of(CAUGHT_UP), saved());
        assertEquals(now + 1, grill.wakeAtMillis(), "the acknowledgement");
    }

    @Test
    void pagesAfterAFetchWithoutASpreadAreNotSpread() {
        becomeUpToDateAt(5);
        signalWithSpread(6, 8_000);
        assertEquals(List.of(fetch(5)), signal(8));

        page(5, false, created(6, "order-6"));
        assertEquals(List.of(fetch(6)), saved());
    }

    @Test
    void waitAfterAFailedSaveIsNotCutShortByASpread() {
        long longest = 0;
        for (int seed = 0; seed < 100; seed++) {
            grill = new Device(SETTINGS, stateAt(5), new SplittableRandom(seed));
            becomeUpToDate();
            signalWithSpread(6, 1);
            fullSignal(created(6, "order-6"));
            on(new Input.SaveFailed(now));
            longest = Math.max(longest, grill.wakeAtMillis() - now);
        }
        assertTrue(longest > 50, "at most " + longest);
    }
}
