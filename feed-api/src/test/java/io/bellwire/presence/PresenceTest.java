package io.bellwire.presence;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.FaultyStore;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presence when the log, or the last sightings, cannot be written. */
class PresenceTest {
    private static final PresenceOptions OPTIONS =
            new PresenceOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMillis(100));
    private static final DeviceId GRILL = new DeviceId("grill");

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final FaultyStore store = new FaultyStore();
    private final EventLog events = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), meters);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Presence presence;

    @BeforeEach
    void open() {
        presence = Presence.open(OPTIONS, events, store.lastSeen(), timer, Clock.systemUTC(), meters);
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        presence.close();
        events.close();
    }

    private double failures(String what) {
        return meters.get("bellwire.presence.failures")
                .tag("what", what)
                .counter()
                .count();
    }

    @Test
    void whatCouldNotBeWrittenIsCountedAndWrittenLater() {
        UncheckedIOException diskGone = new UncheckedIOException(new IOException("disk gone"));
        store.failOn(event -> true, diskGone);

        presence.connectionOpened(GRILL, DoorbellKind.MQTT);
        await().until(() -> failures("tell") > 0);
        store.failOn(event -> false, diskGone);

        await().until(() -> events.getOrCreateFeed(FeedId.OPERATIONS).head().equals(new Revision(1)));
        assertEquals(0, failures("save"));
    }

    @Test
    void whatCannotBeSavedIsCountedAndTriedAgain() {
        store.failOnSightings(new UncheckedIOException(new IOException("disk gone")));

        presence.connectionOpened(GRILL, DoorbellKind.MQTT);

        await().until(() -> failures("save") >= 2);
        await().until(() -> events.getOrCreateFeed(FeedId.OPERATIONS).head().equals(new Revision(1)));
        assertEquals(0, failures("tell"));
    }
}
