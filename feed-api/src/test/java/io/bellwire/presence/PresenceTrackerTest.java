package io.bellwire.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The presence events of devices under virtual time, in seconds: grace 5, after a start 30, spacing 60. */
class PresenceTrackerTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final long MONTH_MILLIS = Duration.ofDays(30).toMillis();
    private static final DeviceId FRYER = new DeviceId("fryer");

    private final PresenceTracker tracker = new PresenceTracker(PresenceOptions.DEFAULT);
    private final List<String> written = new ArrayList<>();
    private long nowSeconds;
    private long wallClockShiftMillis;

    @Test
    void connectIsWrittenAtOnceAndDisconnectAfterItsGrace() {
        advanceTo(10).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(100).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(200);
        assertWritten("10 grill connected mqtt", "105 grill disconnected mqtt");
    }

    @Test
    void reconnectWithinTheGraceMakesNoEventButIsCounted() {
        advanceTo(10).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(100).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(104).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(200).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(300);
        assertWritten("10 grill connected mqtt", "205 grill disconnected mqtt, 1 suppressed");
    }

    @Test
    void connectionThatReplacesAnotherMakesNoEvent() {
        advanceTo(10).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(20).connectionOpened(GRILL, DoorbellKind.WEBSOCKET, now());
        advanceTo(20).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(100);
        assertEquals(DoorbellKind.WEBSOCKET, statusOf(GRILL).doorbell());
        assertTrue(statusOf(GRILL).isConnected());
        advanceTo(100).connectionClosed(GRILL, DoorbellKind.WEBSOCKET, now());
        advanceTo(200);
        assertWritten("10 grill connected mqtt", "105 grill disconnected websocket");
    }

    @Test
    void deviceWithTwoConnectionsIsConnectedUntilTheLastHasEnded() {
        advanceTo(10).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(11).connectionOpened(GRILL, DoorbellKind.SSE, now());
        advanceTo(20).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(50);
        assertEquals(DoorbellKind.SSE, statusOf(GRILL).doorbell());
        tracker.connectionClosed(GRILL, DoorbellKind.SSE, now());
        advanceTo(100);
        assertWritten("10 grill connected mqtt", "55 grill disconnected sse");
    }

    @Test
    void deviceThatConnectsAgainAndAgainMakesOneConnectEventAMinute() {
        for (int i = 0; i < 600; i += 12) {
            advanceTo(i).connectionOpened(GRILL, DoorbellKind.MQTT, now());
            advanceTo(i + 2).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        }
        advanceTo(700);
        // away for 10 s each time: a disconnect at 7, and then one connect in each minute
        assertEquals("0 grill connected mqtt", written.get(0));
        assertEquals("7 grill disconnected mqtt", written.get(1));
        assertEquals("60 grill connected mqtt, 4 suppressed", written.get(2));
        assertEquals("67 grill disconnected mqtt", written.get(3));
        assertEquals(20, written.size());
    }

    @Test
    void suppressedConnectIsWrittenWhenTheSpacingEndsIfItIsStillTrue() {
        advanceTo(10).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(20).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(30).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(300);
        assertWritten("10 grill connected mqtt", "25 grill disconnected mqtt", "70 grill connected mqtt");
    }

    @Test
    void successiveLongPollsAreOneConnection() {
        for (int i = 0; i < 100; i++) {
            advanceTo(i).connectionOpened(GRILL, DoorbellKind.LONG_POLL, now());
            advanceTo(i + 1).connectionClosed(GRILL, DoorbellKind.LONG_POLL, now());
        }
        advanceTo(200);
        assertWritten("0 grill connected long-poll", "105 grill disconnected long-poll");
    }

    @Test
    void requestDoesNotMakeADeviceConnected() {
        advanceTo(10).seen(GRILL, DoorbellKind.POLL, now());
        advanceTo(100);
        assertWritten();
        assertEquals(new Presence.Status(false, DoorbellKind.POLL, 10_000), statusOf(GRILL));
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        tracker.seen(GRILL, DoorbellKind.POLL, now());
        assertEquals(DoorbellKind.MQTT, statusOf(GRILL).doorbell());
    }

    @Test
    void deviceThatReconnectsSoonAfterARestartMakesNoEvent() {
        tracker.restoreConnected(GRILL, DoorbellKind.MQTT, 0, now());
        tracker.restoreConnected(FRYER, DoorbellKind.SSE, 0, now());
        assertTrue(!statusOf(GRILL).isConnected(), "nobody is connected before it has come");
        advanceTo(29).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(300).connectionClosed(GRILL, DoorbellKind.MQTT, now());
        advanceTo(400);
        assertWritten("30 fryer disconnected sse", "305 grill disconnected mqtt");
    }

    @Test
    void deviceThatReconnectsLateAfterARestartMakesBothEvents() {
        tracker.restoreConnected(GRILL, DoorbellKind.MQTT, 0, now());
        advanceTo(40).connectionOpened(GRILL, DoorbellKind.MQTT, now());
        advanceTo(100);
        assertWritten("30 grill disconnected mqtt", "40 grill connected mqtt");
    }

    @Test
    void failedEventIsWrittenLaterWithTheStateOfThatTime() {
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        tracker.connectionOpened(FRYER, DoorbellKind.MQTT, now());
        List<PresenceEvent> events = tracker.takeDueEvents(now(), 10);
        assertEquals(2, events.size());
        assertEquals(List.of(), tracker.takeDueEvents(now(), 10), "one event of a device at a time");
        tracker.connectionClosed(FRYER, DoorbellKind.MQTT, now());
        events.forEach(event -> tracker.eventFailed(event, now().elapsedMillis() + 1_000));
        assertEquals(List.of(), tracker.takeDueEvents(now(), 10), "not at once");
        advanceTo(100);
        assertWritten("1 grill connected mqtt");
    }

    @Test
    void disconnectDuringTheWriteOfTheConnectIsWrittenAfterwards() {
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        List<PresenceEvent> events = tracker.takeDueEvents(now(), 10);
        tracker.connectionClosed(GRILL, DoorbellKind.MQTT, now());
        events.forEach(tracker::eventWritten);
        advanceTo(10);
        assertWritten("5 grill disconnected mqtt");
    }

    @Test
    void endOfAnUnknownConnectionChangesNothing() {
        tracker.connectionClosed(GRILL, DoorbellKind.MQTT, now());
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        tracker.connectionClosed(GRILL, DoorbellKind.SSE, now());
        advanceTo(100);
        assertWritten("0 grill connected mqtt");
        assertEquals(1, tracker.connectedCount());
    }

    @Test
    void changedDevicesAreTakenForSavingOnce() {
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        List<PresenceTracker.UnsavedPresence> unsaved = tracker.takeUnsaved(10);
        assertEquals(List.of(new PresenceTracker.UnsavedPresence(GRILL, false, DoorbellKind.MQTT, 0)), unsaved);
        assertEquals(List.of(), tracker.takeUnsaved(10));
        tracker.putBackUnsaved(unsaved);
        advanceTo(10);
        assertEquals(
                List.of(new PresenceTracker.UnsavedPresence(GRILL, true, DoorbellKind.MQTT, 0)),
                tracker.takeUnsaved(10));
    }

    @Test
    void whenADeviceWasSeenFollowsTheClock() {
        wallClockShiftMillis = MONTH_MILLIS;
        tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
        assertEquals(MONTH_MILLIS, statusOf(GRILL).lastSeenMillis());

        wallClockShiftMillis = 0;
        tracker.seen(GRILL, DoorbellKind.POLL, now());

        assertEquals(0, statusOf(GRILL).lastSeenMillis());
    }

    /** The wall clock is set forwards and back meanwhile. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensEventsAlternateAreSparseAndEndInTheTruth(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int open = 0;
        int connects = 0;
        for (int step = 0; step < 2_000; step++) {
            nowSeconds += random.nextInt(8);
            wallClockShiftMillis = random.nextLong(-MONTH_MILLIS, MONTH_MILLIS);
            if (open > 0 && random.nextBoolean()) {
                open--;
                tracker.connectionClosed(GRILL, DoorbellKind.MQTT, now());
            } else {
                connects += open == 0 ? 1 : 0;
                open++;
                tracker.connectionOpened(GRILL, DoorbellKind.MQTT, now());
            }
            List<PresenceEvent> events = tracker.takeDueEvents(now(), 10);
            if (random.nextInt(4) == 0) {
                events.forEach(event -> tracker.eventFailed(event, now().elapsedMillis() + 1_000));
            } else {
                events.forEach(this::write);
            }
        }
        nowSeconds += 1_000;
        tracker.takeDueEvents(now(), 10).forEach(this::write);

        long lastConnected = -60;
        long suppressed = 0;
        long connected = 0;
        for (int i = 0; i < written.size(); i++) {
            String event = written.get(i);
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
        assertEquals(open > 0, written.size() % 2 == 1, "the last event is what is true");
        assertTrue(connected + suppressed <= connects, connected + " + " + suppressed + " of " + connects);
    }

    private PresenceTracker advanceTo(long second) {
        tracker.takeDueEvents(now(), 10).forEach(this::write);
        while (nowSeconds < second) {
            nowSeconds++;
            tracker.takeDueEvents(now(), 10).forEach(this::write);
        }
        return tracker;
    }

    private ClockReading now() {
        long elapsedMillis = Duration.ofSeconds(nowSeconds).toMillis();
        return new ClockReading(elapsedMillis + wallClockShiftMillis, elapsedMillis);
    }

    private void write(PresenceEvent event) {
        written.add(nowSeconds + " " + event.device() + (event.isConnected() ? " connected " : " disconnected ")
                + event.doorbell().text()
                + (event.suppressed() == 0 ? "" : ", " + event.suppressed() + " suppressed"));
        tracker.eventWritten(event);
    }

    private Presence.Status statusOf(DeviceId device) {
        return tracker.find(device).orElseThrow();
    }

    /** The events written up to now, each with its second; those due at this very second included. */
    private void assertWritten(String... expected) {
        assertEquals(List.of(expected), written);
    }
}
