package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.OrderSnapshot;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.Step;
import io.bellwire.device.state.StateStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an agent without failures asks of its feed and its signals, and what its observer hears, in order. */
class DeviceAgentTest {
    private static final String EPOCH = "k3v9x2m4qd";

    private final ManualTimers timers = new ManualTimers();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private final Queue<FetchResult> answers = new ArrayDeque<>();
    private final List<SignalListener> listeners = new ArrayList<>();
    private @Nullable CompletableFuture<FetchResult> lateAnswer;
    private DeviceState stored = new DeviceState(cursor(5), Map.of(), 5);
    private final DeviceAgent agent = new DeviceAgent(
            new DeviceCredentials(new DeviceId("grill"), "hush"),
            new Device(new DeviceSettings(600_000, 2_000, 100, 1_000), stored, new SplittableRandom(1)),
            new Store(),
            new Signals(),
            new Feed(),
            new AgentRuntime(timers, tasks::add).observedBy(new Observer()));

    private static DeviceCursor cursor(long revision) {
        return new DeviceCursor(EPOCH, revision);
    }

    private static FeedChange created(long revision) {
        return new FeedChange(cursor(revision), "io.bellwire.order.created", "order-" + revision, 1, "{}");
    }

    private static FetchResult page(long from, FeedChange... changes) {
        return new FetchResult.Page(List.of(changes), cursor(from + changes.length), true);
    }

    /** Runs all tasks, and returns the calls since the last time. */
    private List<String> calls() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    /** The calls within so many milliseconds. */
    private List<String> callsWithin(long millis) {
        List<String> all = new ArrayList<>();
        for (long passed = 0; passed < millis; passed += 50) {
            timers.advance(50);
            all.addAll(calls());
        }
        return all;
    }

    private SignalListener listener() {
        return listeners.get(listeners.size() - 1);
    }

    /** Connects, so that the device has been greeted and has acknowledged. */
    private void becomeUpToDate() {
        agent.start();
        assertEquals(List.of("connect"), calls());
        listener().subscribed();
        listener().signal(new ReceivedSignal(EPOCH, 5));
        assertEquals(List.of("subscribed", "signal received", "fetch skipped", "caught up"), calls());
        assertEquals(List.of("acknowledge 5"), callsWithin(1_050));
    }

    @Test
    void signalIsFetchedForSavedAndAcknowledgedOnce() {
        becomeUpToDate();
        answers.add(page(5, created(6)));
        listener().signal(new ReceivedSignal(EPOCH, 6));
        assertEquals(
                List.of("signal received", "fetch started", "fetch 5", "save 6", "caught up", "acknowledge 6"),
                calls());
        assertEquals(List.of(), callsWithin(60_000));
    }

    @Test
    void changesOfASignalAreSavedWithoutAFetch() {
        becomeUpToDate();
        listener().signal(new ReceivedSignal(EPOCH, 7, 0, List.of(), List.of(created(6), created(7)), cursor(5), null));
        assertEquals(
                List.of("signal received", "save 7", "applied 2 from signal", "caught up", "acknowledge 7"), calls());
    }

    @Test
    void resetLeadsThroughTheSnapshot() {
        becomeUpToDate();
        answers.add(new FetchResult.Reset("before-retention", null));
        answers.add(new FetchResult.Snapshot(List.of(), cursor(9), "/v1/more"));
        answers.add(new FetchResult.Snapshot(List.of(new OrderSnapshot("order-8", 1, "{}")), cursor(9), null));
        answers.add(page(9));
        listener().signal(new ReceivedSignal(EPOCH, 9));
        assertEquals(
                List.of(
                        "signal received",
                        "fetch started",
                        "fetch 5",
                        "snapshot started",
                        "fetch snapshot null",
                        "save 5",
                        "fetch snapshot /v1/more",
                        "save 9",
                        "fetch started",
                        "fetch 9",
                        "fetched nothing",
                        "caught up"),
                calls());
    }

    @Test
    void failedFetchIsReportedWithItsReason() {
        becomeUpToDate();
        answers.add(new FetchResult.Failed(0, "HTTP 503"));
        answers.add(page(5, created(6)));
        listener().signal(new ReceivedSignal(EPOCH, 6));
        assertEquals(List.of("signal received", "fetch started", "fetch 5", "fetch failed: HTTP 503"), calls());
        assertEquals(List.of("fetch started", "fetch 5", "save 6", "caught up", "acknowledge 6"), callsWithin(100));
    }

    @Test
    void whatTheFeedThrowsIsTheReasonOfAFailedFetch() {
        becomeUpToDate();
        listener().signal(new ReceivedSignal(EPOCH, 6));
        String failed = "fetch failed: java.util.NoSuchElementException";
        assertEquals(List.of("signal received", "fetch started", "fetch 5", failed), calls());

        answers.add(new FetchResult.Reset("before-retention", null));
        assertEquals(
                List.of("fetch started", "fetch 5", "snapshot started", "fetch snapshot null", failed),
                callsWithin(100).subList(0, 5));
    }

    @Test
    void safetyPollReportsWhatNoSignalHadAnnounced() {
        becomeUpToDate();
        answers.add(page(5, created(6)));
        assertEquals(
                List.of("fetch started", "fetch 5", "safety poll found 1", "save 6", "caught up", "acknowledge 6"),
                callsWithin(720_000));
    }

    @Test
    void connectionThatEndsIsClosedBeforeTheNextOneAndNotHeardAnyMore() {
        becomeUpToDate();
        SignalListener first = listener();
        first.disconnected("cut");
        assertEquals(List.of("disconnected: cut"), calls());
        assertEquals(List.of("close", "connect"), callsWithin(100));
        first.subscribed();
        first.signal(new ReceivedSignal(EPOCH, 9));
        first.disconnected("late");
        assertEquals(List.of(), calls());
    }

    /** The server sends no greeting to a stream whose Last-Event-ID is the head. */
    @Test
    void connectionThatResumesNeedsNoGreeting() {
        agent.start();
        assertEquals(List.of("connect"), calls());
        listener().resumed();
        assertEquals(List.of("subscribed", "fetch skipped", "caught up"), calls());
        assertEquals(List.of("acknowledge 5"), callsWithin(60_000));
    }

    @Test
    void closedAgentEndsItsConnectionAndDoesNothingMore() {
        becomeUpToDate();
        SignalListener open = listener();
        agent.close();
        assertEquals(List.of("close", "cancel fetch"), calls());
        assertEquals(0, timers.waiting());
        open.signal(new ReceivedSignal(EPOCH, 9));
        open.disconnected("closed");
        assertEquals(List.of(), callsWithin(1_000_000));
    }

    @Test
    void answerAfterTheEndIsDropped() {
        becomeUpToDate();
        CompletableFuture<FetchResult> late = new CompletableFuture<>();
        lateAnswer = late;
        listener().signal(new ReceivedSignal(EPOCH, 6));
        assertEquals(List.of("signal received", "fetch started", "fetch 5"), calls());
        agent.close();
        late.complete(page(5));
        assertEquals(List.of("close", "cancel fetch"), calls());
    }

    private final class Store implements StateStore {
        @Override
        public DeviceState load() {
            return stored;
        }

        @Override
        public void save(DeviceState state, List<Step> steps) {
            calls.add("save " + state.cursor().revision());
            stored = state;
        }
    }

    private final class Feed implements DeviceFeed {
        @Override
        public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
            calls.add("fetch " + after.revision());
            return lateAnswer == null ? CompletableFuture.completedFuture(answers.remove()) : lateAnswer;
        }

        @Override
        public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
            calls.add("fetch snapshot " + next);
            return CompletableFuture.completedFuture(answers.remove());
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            calls.add("acknowledge " + processed.revision());
            return CompletableFuture.completedFuture(new AckResult.Accepted());
        }

        @Override
        public void cancelFetch() {
            calls.add("cancel fetch");
        }
    }

    private final class Signals implements SignalSource {
        @Override
        public SignalSubscription connect(
                DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener to) {
            calls.add("connect");
            listeners.add(to);
            return () -> calls.add("close");
        }

        @Override
        public void close() {}
    }

    private final class Observer implements AgentObserver {
        @Override
        public void subscribed() {
            calls.add("subscribed");
        }

        @Override
        public void disconnected(String reason) {
            calls.add("disconnected: " + reason);
        }

        @Override
        public void signalReceived() {
            calls.add("signal received");
        }

        @Override
        public void fetchStarted() {
            calls.add("fetch started");
        }

        @Override
        public void fetchedNothing() {
            calls.add("fetched nothing");
        }

        @Override
        public void fetchFailed(String reason) {
            calls.add("fetch failed: " + reason);
        }

        @Override
        public void fetchSkipped() {
            calls.add("fetch skipped");
        }

        @Override
        public void snapshotStarted() {
            calls.add("snapshot started");
        }

        @Override
        public void appliedFromSignal(int changes) {
            calls.add("applied " + changes + " from signal");
        }

        @Override
        public void safetyPolled(int found) {
            calls.add("safety poll found " + found);
        }

        @Override
        public void caughtUp() {
            calls.add("caught up");
        }
    }
}
