package io.bellwire.bridge;

import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bridge under virtual time, between a log and a broker that the test controls. Change n is committed at eight and
 * n ms.
 */
abstract class BridgeFixture {
    static final DeviceId GRILL = new DeviceId("grill");
    static final DeviceId FRYER = new DeviceId("fryer");
    static final FeedId GRILL_FEED = FeedId.ofDevice(GRILL);
    static final FeedId FRYER_FEED = FeedId.ofDevice(FRYER);
    static final Instant EIGHT = Instant.parse("2026-11-20T08:00:00Z");

    final VirtualTime time = new VirtualTime();
    final RecordingBroker broker = new RecordingBroker();
    final StubFeedPositions positions = new StubFeedPositions();
    final StubRecentChanges recent = new StubRecentChanges();
    /** How many pages the feed can serve in a second. */
    double pagesPerSecond = Double.MAX_VALUE;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Bridge bridge = new Bridge(
            BridgeOptions.DEFAULT,
            new FeedSources(positions, recent, () -> pagesPerSecond),
            time,
            new Random(7),
            meters);
    final MqttChannels mqttChannels = new MqttChannels(bridge);

    @BeforeEach
    void start() {
        positions.set(GRILL_FEED, 0, 0, 0, null);
        positions.set(FRYER_FEED, 0, 0, 0, null);
        mqttChannels.sendWith(broker);
        bridge.start();
    }

    void subscribed(DeviceId device) {
        mqttChannels.subscribed(device, SignalTopic.of(device), DoorbellKind.MQTT);
    }

    void connected(DeviceId device) {
        subscribed(device);
        time.advanceMillis(100);
        broker.take();
    }

    void commit(FeedId feed, long head) {
        commitTo(bridge, feed, head);
    }

    void commit(FeedId feed, long first, long head) {
        bridge.committed(List.of(
                new Advance(feed, new Revision(head), Math.toIntExact(head - first + 1), EIGHT.plusMillis(head))));
    }

    /** Commits change {@code head}, at eight and {@code head} ms. */
    static void commitTo(Bridge bridge, FeedId feed, long head) {
        bridge.committed(List.of(new Advance(feed, new Revision(head), 1, EIGHT.plusMillis(head))));
    }

    List<Long> signalTimes(Duration within) {
        List<Long> times = new ArrayList<>();
        for (long millis = 0; millis < within.toMillis(); millis++) {
            int before = broker.published.size();
            time.advanceMillis(1);
            if (broker.published.size() > before) {
                times.add(millis);
            }
        }
        return times;
    }

    static long head(List<Long> first, List<Long> then) {
        return then.isEmpty() ? first.get(first.size() - 1) : then.get(then.size() - 1);
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    double counter(String name) {
        return meters.get(name).counter().count();
    }

    /** How many messages were written by this doorbell and with this tier. */
    double messages(String doorbell, String tier) {
        return meters.get("bellwire.bridge.messages")
                .tag("doorbell", doorbell)
                .tag("tier", tier)
                .counter()
                .count();
    }

    double signals(String kind, String outcome) {
        return meters.get("bellwire.bridge.signals")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
