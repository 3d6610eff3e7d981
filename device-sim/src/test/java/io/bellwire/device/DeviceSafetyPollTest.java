package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The interval of fetches without a signal, which adapts to how many changes no signal has announced. */
class DeviceSafetyPollTest extends DeviceFixture {
    private static final DeviceSettings ADAPTIVE =
            new DeviceSettings(new Doorbell.Signals(2_000, new SafetyPolls(600_000, 60_000, 3_600_000)), 100, 10_000);

    @Test
    void pollsThatFindNothingBecomeRarerUpToTheLimit() {
        becomeUpToDateWithAdaptiveInterval();

        long every = 600_000;
        for (int i = 0; i < 10; i++) {
            assertDueIn(every);
            assertEquals(List.of(fetch(5)), tickWhenDue());
            every = Math.min(3_600_000, every * 3 / 2);
            assertEquals(List.of(new Effect.SafetyPolled(0, every), CAUGHT_UP), page(5, true));
        }
        assertEquals(3_600_000, every);
    }

    @Test
    void pollsThatFindWhatNoSignalAnnouncedBecomeMoreFrequentDownToTheLimit() {
        becomeUpToDateWithAdaptiveInterval();

        long every = 600_000;
        for (int revision = 5; revision < 15; revision++) {
            assertDueIn(every);
            assertEquals(List.of(fetch(revision)), tickWhenDue());
            every = Math.max(60_000, every / 2);
            assertEquals(
                    new Effect.SafetyPolled(1, every),
                    page(revision, true, created(revision + 1, "order-" + revision))
                            .get(0));
            saved();
            acked();
        }
        assertEquals(60_000, every);
    }

    @Test
    void changeThatASignalAnnouncedBeforeTheAnswerIsNotCounted() {
        becomeUpToDateWithAdaptiveInterval();
        tickWhenDue();

        signal(6);
        List<Effect> effects = page(5, true, created(6, "order-6"));
        assertEquals(1, effects.size(), effects::toString);
        saved();
        acked();
        assertDueIn(600_000);
    }

    @Test
    void fetchForASignalMeasuresNothing() {
        becomeUpToDateWithAdaptiveInterval();
        signal(6);

        assertEquals(1, page(5, true, created(6, "order-6")).size());
    }

    @Test
    void pollThatFailsMeasuresNothing() {
        becomeUpToDateWithAdaptiveInterval();
        tickWhenDue();
        fetched(new FetchResult.Failed(0, "refused"));

        assertEquals(List.of(fetch(5)), tickWhenDue());
        assertEquals(1, page(5, true, created(6, "order-6")).size());
    }

    @Test
    void pollWithoutAConnectionMeasuresNothingAndIsMadeAtTheFirstInterval() {
        becomeUpToDateWithAdaptiveInterval();
        for (int i = 0; i < 10; i++) {
            tickWhenDue();
            page(5, true);
        }
        disconnected();

        long from = now;
        while (!ticked().contains(fetch(5))) {
            now = grill.wakeAtMillis();
            if (now - from > 720_000) {
                throw new AssertionError("no poll within twelve minutes");
            }
            disconnected();
        }
        assertTrue(now - from >= 480_000, () -> "polled after " + (now - from));
        assertEquals(1, page(5, true, created(6, "order-6")).size());
    }

    private void becomeUpToDateWithAdaptiveInterval() {
        grill = new Device(ADAPTIVE, stateAt(5), new SplittableRandom(1));
        becomeUpToDate();
        page(5, true);
    }

    private void assertDueIn(long every) {
        long wait = grill.wakeAtMillis() - now;
        assertTrue(wait >= every - every / 5 && wait <= every + every / 5, () -> "waits " + wait + " of " + every);
    }
}
