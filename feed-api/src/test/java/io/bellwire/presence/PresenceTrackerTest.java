package io.bellwire.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.registry.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under virtual time, in seconds: grace 5, after a start 30, spacing 60. */
class PresenceTrackerTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final long MONTH_MILLIS = Duration.ofDays(30).toMillis();
    private static final DeviceId FRYER = new DeviceId("fryer");

    private final PresenceTracker board = new PresenceTracker(PresenceOptions.DEFAULT);
    private final List<String> told = new ArrayList<>();
    private long nowSeconds;
    private long setForwardsMillis;

    @Test
    void deviceThatComesIsToldAtOnceAndOneThatGoesAfterItsGrace() {
        at(10).opened(GRILL, DoorbellKind.MQTT, now());
        at(100).closed(GRILL, DoorbellKind.MQTT, now());
        at(200);
        assertTold("10 grill connected mqtt", "105 grill disconnected mqtt");
    }

    @Test
    void deviceThatIsBackWithinItsGraceIsNoNewsButIsCounted() {
        at(10).opened(GRILL, DoorbellKind.MQTT, now());
        at(100).closed(GRILL, DoorbellKind.MQTT, now());
        at(104).opened(GRILL, DoorbellKind.MQTT, now());
        at(200).closed(GRILL, DoorbellKind.MQTT, now());
        at(300);
        assertTold("10 grill connected mqtt", "205 grill disconnected mqtt, 1 suppressed");
    }

    @Test
    void connectionThatTakesTheOthersPlaceIsNoNews() {
        at(10).opened(GRILL, DoorbellKind.MQTT, now());
        at(20).opened(GRILL, DoorbellKind.WEBSOCKET, now());
        at(20).closed(GRILL, DoorbellKind.MQTT, now());
        at(100);
        assertEquals(DoorbellKind.WEBSOCKET, seen(GRILL).doorbell());
        assertTrue(seen(GRILL).isConnected());
        at(100).closed(GRILL, DoorbellKind.WEBSOCKET, now());
        at(200);
        assertTold("10 grill connected mqtt", "105 grill disconnected websocket");
    }

    @Test
    void deviceWithTwoConnectionsIsThereUntilTheLastHasEnded() {
        at(10).opened(GRILL, DoorbellKind.MQTT, now());
        at(11).opened(GRILL, DoorbellKind.SSE, now());
        at(20).closed(GRILL, DoorbellKind.MQTT, now());
        at(50);
        assertEquals(DoorbellKind.SSE, seen(GRILL).doorbell());
        board.closed(GRILL, DoorbellKind.SSE, now());
        at(100);
        assertTold("10 grill connected mqtt", "55 grill disconnected sse");
    }

    @Test
    void deviceThatComesAndGoesWithinAMinuteIsToldOnce() {
        for (int i = 0; i < 600; i += 12) {
            at(i).opened(GRILL, DoorbellKind.MQTT, now());
            at(i + 2).closed(GRILL, DoorbellKind.MQTT, now());
        }
        at(700);
        // away for 10 s each time: told to have gone at 7, and then once in each minute that it has come
        assertEquals("0 grill connected mqtt", told.get(0));
        assertEquals("7 grill disconnected mqtt", told.get(1));
        assertEquals("60 grill connected mqtt, 4 suppressed", told.get(2));
        assertEquals("67 grill disconnected mqtt", told.get(3));
        assertEquals(20, told.size());
    }

    @Test
    void whatWasKeptBackIsToldWhenTheMinuteEndsIfItIsStillTrue() {
        at(10).opened(GRILL, DoorbellKind.MQTT, now());
        at(20).closed(GRILL, DoorbellKind.MQTT, now());
        at(30).opened(GRILL, DoorbellKind.MQTT, now());
        at(300);
        assertTold("10 grill connected mqtt", "25 grill disconnected mqtt", "70 grill connected mqtt");
    }

    @Test
    void whoWaitsAnewEachTimeIsThereWithoutComingAndGoing() {
        for (int i = 0; i < 100; i++) {
            at(i).opened(GRILL, DoorbellKind.LONG_POLL, now());
            at(i + 1).closed(GRILL, DoorbellKind.LONG_POLL, now());
        }
        at(200);
        assertTold("0 grill connected long-poll", "105 grill disconnected long-poll");
    }

    @Test
    void requestsAloneMakeNobodyConnected() {
        at(10).seen(GRILL, DoorbellKind.POLL, now());
        at(100);
        assertTold();
        assertEquals(new PresenceTracker.Seen(GRILL, false, DoorbellKind.POLL, 10_000), seen(GRILL));
        board.opened(GRILL, DoorbellKind.MQTT, now());
        board.seen(GRILL, DoorbellKind.POLL, now());
        assertEquals(DoorbellKind.MQTT, seen(GRILL).doorbell());
    }

    @Test
    void whoIsBackAfterARestartWasNeverGone() {
        board.restored(GRILL, DoorbellKind.MQTT, 0, now());
        board.restored(FRYER, DoorbellKind.SSE, 0, now());
        assertTrue(!seen(GRILL).isConnected(), "nobody is connected before it has come");
        at(29).opened(GRILL, DoorbellKind.MQTT, now());
        at(300).closed(GRILL, DoorbellKind.MQTT, now());
        at(400);
        assertTold("30 fryer disconnected sse", "305 grill disconnected mqtt");
    }

    @Test
    void whoComesAfterItWasToldGoneSinceARestartIsToldToHaveCome() {
        board.restored(GRILL, DoorbellKind.MQTT, 0, now());
        at(40).opened(GRILL, DoorbellKind.MQTT, now());
        at(100);
        assertTold("30 grill disconnected mqtt", "40 grill connected mqtt");
    }

    @Test
    void whatCannotBeWrittenIsToldLaterAsItIsThen() {
        board.opened(GRILL, DoorbellKind.MQTT, now());
        board.opened(FRYER, DoorbellKind.MQTT, now());
        List<PresenceEvent> events = board.take(now(), 10);
        assertEquals(2, events.size());
        assertEquals(List.of(), board.take(now(), 10), "one event of a device at a time");
        board.closed(FRYER, DoorbellKind.MQTT, now());
        events.forEach(event -> board.failed(event, now().elapsedMillis() + 1_000));
        assertEquals(List.of(), board.take(now(), 10), "not at once");
        at(100);
        assertTold("1 grill connected mqtt");
    }

    @Test
    void deviceThatGoesWhileItsComingIsWrittenIsToldToHaveGone() {
        board.opened(GRILL, DoorbellKind.MQTT, now());
        List<PresenceEvent> events = board.take(now(), 10);
        board.closed(GRILL, DoorbellKind.MQTT, now());
        events.forEach(board::written);
        at(10);
        assertTold("5 grill disconnected mqtt");
    }

    @Test
    void endOfAConnectionThatNeverWasChangesNothing() {
        board.closed(GRILL, DoorbellKind.MQTT, now());
        board.opened(GRILL, DoorbellKind.MQTT, now());
        board.closed(GRILL, DoorbellKind.SSE, now());
        at(100);
        assertTold("0 grill connected mqtt");
        assertEquals(1, board.online());
    }

    @Test
    void changedDevicesAreTakenForSavingOnce() {
        board.opened(GRILL, DoorbellKind.MQTT, now());
        List<PresenceTracker.Kept> kept = board.changed(10);
        assertEquals(List.of(new PresenceTracker.Kept(GRILL, false, DoorbellKind.MQTT, 0)), kept);
        assertEquals(List.of(), board.changed(10));
        board.unsaved(kept);
        at(10);
        assertEquals(List.of(new PresenceTracker.Kept(GRILL, true, DoorbellKind.MQTT, 0)), board.changed(10));
    }

    @Test
    void whenADeviceWasSeenFollowsTheClock() {
        setForwardsMillis = MONTH_MILLIS;
        board.opened(GRILL, DoorbellKind.MQTT, now());
        assertEquals(MONTH_MILLIS, seen(GRILL).lastSeenMillis());

        setForwardsMillis = 0;
        board.seen(GRILL, DoorbellKind.POLL, now());

        assertEquals(0, seen(GRILL).lastSeenMillis());
    }

    /** All the while the clock is set forwards and back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensEventsAlternateAreSparseAndEndInTheTruth(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int open = 0;
        int comings = 0;
        for (int step = 0; step < 2_000; step++) {
            nowSeconds += random.nextInt(8);
            setForwardsMillis = random.nextLong(-MONTH_MILLIS, MONTH_MILLIS);
            if (open > 0 && random.nextBoolean()) {
                open--;
                board.closed(GRILL, DoorbellKind.MQTT, now());
            } else {
                comings += open == 0 ? 1 : 0;
                open++;
                board.opened(GRILL, DoorbellKind.MQTT, now());
            }
            List<PresenceEvent> events = board.take(now(), 10);
            if (random.nextInt(4) == 0) {
                events.forEach(event -> board.failed(event, now().elapsedMillis() + 1_000));
            } else {
                events.forEach(this::write);
            }
        }
        nowSeconds += 1_000;
        board.take(now(), 10).forEach(this::write);

        long lastConnected = -60;
        long suppressed = 0;
        long connected = 0;
        for (int i = 0; i < told.size(); i++) {
            String event = told.get(i);
            assertEquals(i % 2 == 0, event.contains(" connected"), "they alternate");
            long second = Long.parseLong(event.substring(0, event.indexOf(' ')));
            if (i % 2 == 0) {
                assertTrue(second - lastConnected >= 60, event);
                lastConnected = second;
                connected++;
            }
            if (event.contains("suppressed")) {
                suppressed += Long.parseLong(event.replaceAll(".*, (\\d+) suppressed", "$1"));
            }
        }
        assertEquals(open > 0, told.size() % 2 == 1, "the last event is what is true");
        assertTrue(connected + suppressed <= comings, connected + " + " + suppressed + " of " + comings);
    }

    private PresenceTracker at(long second) {
        board.take(now(), 10).forEach(this::write);
        while (nowSeconds < second) {
            nowSeconds++;
            board.take(now(), 10).forEach(this::write);
        }
        return board;
    }

    private ClockReading now() {
        long elapsedMillis = Duration.ofSeconds(nowSeconds).toMillis();
        return new ClockReading(elapsedMillis + setForwardsMillis, elapsedMillis);
    }

    private void write(PresenceEvent event) {
        told.add(nowSeconds + " " + event.device() + (event.isConnected() ? " connected " : " disconnected ")
                + event.doorbell().text()
                + (event.suppressed() == 0 ? "" : ", " + event.suppressed() + " suppressed"));
        board.written(event);
    }

    private PresenceTracker.Seen seen(DeviceId device) {
        return board.of(device).orElseThrow();
    }

    /** What was told up to now, each with its second; what is due at this very second included. */
    private void assertTold(String... expected) {
        assertEquals(List.of(expected), told);
    }
}
