package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Devices that fall behind at the same time get a spread for their requests. */
class FetchSpreadingTest extends BridgeFixture {
    private static final Pattern SPREAD = Pattern.compile("\"spread_ms\":(\\d+)");

    private final List<DeviceId> devices = IntStream.range(0, 10_000)
            .mapToObj(i -> new DeviceId("device-" + i))
            .toList();

    private void allAt(long head, long received) {
        devices.forEach(device ->
                positions.set(FeedId.ofDevice(device), head, received, received, received < head ? EIGHT : null));
    }

    private static long spreadOf(String payload) {
        Matcher matcher = SPREAD.matcher(payload);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private List<Long> spreads() {
        return broker.published.stream()
                .map(signal -> spreadOf(signal.payload()))
                .toList();
    }

    @Test
    void devicesThatReconnectAfterARestartAreSpreadOverWhatTheFeedCanServe() {
        pagesPerSecond = 1_000;
        allAt(5, 4);
        Random random = new Random(3);
        int[] requestsInSecond = new int[60];
        for (int millis = 0; millis < 40_000; millis++) {
            if (millis < 2_000) {
                devices.subList(millis * 5, millis * 5 + 5).forEach(this::subscribed);
            }
            time.advanceMillis(1);
            for (RecordingBroker.PublishedSignal signal : broker.published) {
                long spread = spreadOf(signal.payload());
                long waitMillis = spread == 0 ? 0 : random.nextLong(spread);
                requestsInSecond[Math.toIntExact((millis + waitMillis) / 1_000)]++;
                FeedId feed = FeedId.ofDevice(signal.device());
                time.schedule(Duration.ofMillis(waitMillis), () -> bridge.processed(feed, new Revision(5)));
            }
            broker.published.clear();
        }
        assertEquals(devices.size(), Arrays.stream(requestsInSecond).sum(), "each asks once");
        assertTrue(
                Arrays.stream(requestsInSecond).allMatch(requests -> requests <= 1_000),
                Arrays.toString(requestsInSecond));
    }

    @Test
    void broadcastHasTheSameSpreadForTheFirstAndTheLastDevice() {
        allAt(0, 0);
        devices.forEach(this::subscribed);
        time.advance(Duration.ofSeconds(5));
        broker.take();
        pagesPerSecond = 1_000;
        bridge.committed(devices.stream()
                .map(device -> new Advance(FeedId.ofDevice(device), new Revision(1), 1, EIGHT))
                .toList());
        time.advanceMillis(10);
        List<Long> spreads = spreads();
        assertEquals(devices.size(), spreads.size());
        spreads.forEach(spread -> assertTrue(spread >= 20_000 && spread <= 30_000, "spread " + spread));
    }

    @Test
    void spreadIsNeverLongerThanAllowed() {
        pagesPerSecond = 1;
        allAt(5, 4);
        devices.forEach(this::subscribed);
        time.runDue();
        assertEquals(
                30_000L, spreads().stream().mapToLong(Long::longValue).max().orElseThrow());
    }

    @Test
    void signalsToDevicesThatAreUpToDateHaveNoSpread() {
        pagesPerSecond = 1_000;
        allAt(5, 5);
        devices.forEach(this::subscribed);
        time.runDue();
        assertTrue(spreads().stream().allMatch(spread -> spread == 0));
    }

    @Test
    void signalsToFewDevicesHaveNoSpread() {
        pagesPerSecond = 1_000;
        allAt(5, 4);
        devices.subList(0, 10).forEach(this::subscribed);
        time.runDue();
        assertEquals(10, broker.published.size());
        assertTrue(spreads().stream().allMatch(spread -> spread == 0));
    }

    @Test
    void deviceIsNotRemindedBeforeItsSpreadIsOver() {
        pagesPerSecond = 1_000;
        allAt(5, 4);
        devices.forEach(this::subscribed);
        time.runDue();
        broker.take();
        time.advance(Duration.ofSeconds(10));
        long earlyReminders = broker.published.size();
        assertTrue(earlyReminders < devices.size() / 4, earlyReminders + " were reminded within half of their spread");
    }

    @Test
    void devicesThatNeverReadDoNotSlowDownOthersForEver() {
        pagesPerSecond = 1_000;
        allAt(5, 4);
        devices.forEach(this::subscribed);
        time.advance(Duration.ofMinutes(2));
        broker.take();
        assertEquals(0, gauge("bellwire.bridge.devices.expected"));
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertFalse(broker.take().get(0).contains("spread_ms"));
    }

    @Test
    void devicesThatHaveReadOrDisconnectedAreNoLongerExpected() {
        pagesPerSecond = 1_000;
        allAt(5, 4);
        devices.forEach(this::subscribed);
        time.advance(Duration.ofMillis(500));
        assertEquals(devices.size(), gauge("bellwire.bridge.devices.expected"));
        devices.subList(0, 5_000).forEach(device -> bridge.received(FeedId.ofDevice(device), new Revision(5)));
        devices.subList(5_000, 10_000).forEach(mqttChannels::disconnected);
        assertEquals(0, gauge("bellwire.bridge.devices.expected"));
    }

    @Test
    void deviceThatIsBehindNeedsNoSpreadIfAllOthersTurnOutToBeUpToDate() {
        pagesPerSecond = 1_000;
        allAt(5, 5);
        positions.set(GRILL_FEED, 5, 4, 4, EIGHT);
        devices.subList(0, 999).forEach(this::subscribed);
        subscribed(GRILL);
        time.runDue();
        RecordingBroker.PublishedSignal last = broker.published.get(broker.published.size() - 1);
        assertEquals(GRILL, last.device());
        assertEquals(0, spreadOf(last.payload()));
    }

    @Test
    void shortestSpreadIsFiftyMilliseconds() {
        FetchSpreader spreader = new FetchSpreader(() -> 1_000, Duration.ofSeconds(30));
        spreader.expect(24);
        assertEquals(0, spreader.spreadMillis(0));
        spreader.expect(1);
        assertEquals(50, spreader.spreadMillis(0));
    }
}
