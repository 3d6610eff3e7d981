package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.Step;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An agent whose store, feed, signals, observer and executor fail: whatever they throw, the device tries again with
 * backoff, and applies and acknowledges each of its five changes once.
 */
class DeviceAgentFailuresTest {
    private static final String EPOCH = "k3v9x2m4qd";
    private static final int CHANGES = 5;
    private static final long SOON_MILLIS = 60_000;

    /** Where something fails. */
    private enum Place {
        SAVE,
        TORN_SAVE,
        FETCH,
        FETCH_LATER,
        FETCH_NULL,
        ACK,
        ACK_LATER,
        CONNECT,
        CLOSE,
        OBSERVER
    }

    private static final List<Supplier<Throwable>> FAILURES = List.of(
            () -> new IOException("disk full"),
            () -> new IllegalStateException("bug"),
            () -> new StackOverflowError("deep"),
            () -> new NoClassDefFoundError("missing"),
            () -> new AssertionError("broken"));

    private final ManualTimers timers = new ManualTimers();
    private final Map<Place, Integer> failuresLeft = new EnumMap<>(Place.class);
    private Supplier<Throwable> failure = FAILURES.get(0);
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Executor executor = tasks::add;

    private DeviceState stored = DeviceState.FRESH;
    private final List<Long> applied = new ArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();
    private int connections;

    private boolean fails(Place place) {
        int left = failuresLeft.getOrDefault(place, 0);
        failuresLeft.put(place, Math.max(0, left - 1));
        return left > 0;
    }

    private void failAt(Place place) {
        if (fails(place)) {
            sneakyThrow(failure.get());
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private void run() {
        DeviceAgent agent = new DeviceAgent(
                new DeviceCredentials(new DeviceId("grill"), "hush"),
                new Device(new DeviceSettings(600_000, 2_000, 100, 1_000), DeviceState.FRESH, new SplittableRandom(1)),
                new Store(),
                new Signals(),
                new Feed(),
                new AgentRuntime(timers, executor).observedBy(new Observer()));
        agent.start();
        for (int i = 0; i < SOON_MILLIS / 50; i++) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            timers.advance(50);
        }
        agent.close();
    }

    private void assertAppliedOnceAndAcknowledged(String what) {
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), applied, what);
        assertEquals(CHANGES, stored.applied(), what);
        assertTrue(acknowledged.contains((long) CHANGES), what + ", acknowledged: " + acknowledged);
        assertTrue(connections > 0, what);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void whateverIsThrownIsRetried(Place place) {
        for (Supplier<Throwable> thrown : FAILURES) {
            failure = thrown;
            stored = DeviceState.FRESH;
            applied.clear();
            acknowledged.clear();
            failuresLeft.put(place, 4);

            run();

            assertAppliedOnceAndAcknowledged(place + " " + thrown.get());
        }
    }

    /** The store can neither save nor say what it has: a save that it did make must not be repeated later. */
    @Test
    void saveThatWasMadeThoughTheStoreFailedIsNotRepeated() {
        failuresLeft.put(Place.TORN_SAVE, 3);
        loadFailures = 7;

        run();

        assertAppliedOnceAndAcknowledged("torn saves");
        assertEquals(0, loadFailures);
    }

    private int loadFailures;

    @Test
    void executorThatIsFullIsOfferedTheTasksAgain() {
        int[] rejections = {5};
        executor = task -> {
            if (rejections[0]-- > 0) {
                throw new RejectedExecutionException("full");
            }
            tasks.add(task);
        };

        run();

        assertAppliedOnceAndAcknowledged("full executor");
    }

    @ParameterizedTest
    @EnumSource(names = {"SAVE", "FETCH", "ACK", "CONNECT", "CLOSE", "OBSERVER"})
    void outOfMemoryReachesTheThreadThatItHappenedOn(Place place) {
        failure = () -> new OutOfMemoryError("heap");
        failuresLeft.put(place, 1);

        assertThrows(OutOfMemoryError.class, this::run);
    }

    @Test
    void listenerThatThrowsEndsNeitherSignalsNorTheNotificationOfTheirEnd() {
        List<String> calls = new ArrayList<>();
        SafeListener safe =
                new SafeListener(new DeviceCredentials(new DeviceId("grill"), "hush"), new SignalListener() {
                    @Override
                    public void subscribed() {
                        calls.add("subscribed");
                        throw new IllegalStateException("bug");
                    }

                    @Override
                    public void signal(ReceivedSignal signal) {
                        calls.add("signal " + signal.revision());
                        throw new StackOverflowError("deep");
                    }

                    @Override
                    public void disconnected(String reason) {
                        calls.add(reason);
                        throw new IllegalStateException("bug");
                    }
                });

        safe.subscribed();
        safe.message("{\"epoch\":\"k3v9\",\"revision\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        safe.message("{\"epoch\":\"k3v9\",\"revision\":2}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        safe.resumed();
        assertFalse(safe.isEnded());
        safe.disconnected("gone");
        assertTrue(safe.isEnded());
        safe.resumed();
        safe.disconnected("again");

        assertEquals(List.of("subscribed", "signal 1", "signal 2", "subscribed", "gone"), calls);
    }

    private final class Store implements StateStore {
        @Override
        public DeviceState load() throws IOException {
            if (loadFailures > 0) {
                loadFailures--;
                throw new IOException("cannot be read");
            }
            return stored;
        }

        @Override
        public void save(DeviceState state, List<Step> steps) {
            failAt(Place.SAVE);
            stored = state;
            for (Step step : steps) {
                if (step instanceof Step.Applied one) {
                    applied.add(one.change().cursor().revision());
                }
            }
            failAt(Place.TORN_SAVE);
        }
    }

    private final class Feed implements DeviceFeed {
        @Override
        public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
            failAt(Place.FETCH);
            if (fails(Place.FETCH_LATER)) {
                return CompletableFuture.failedFuture(failure.get());
            }
            if (fails(Place.FETCH_NULL)) {
                return CompletableFuture.completedFuture(null);
            }
            long from = after == null ? 0 : after.revision();
            List<FeedChange> changes = new ArrayList<>();
            for (long revision = from + 1; revision <= Math.min(CHANGES, from + 2); revision++) {
                changes.add(new FeedChange(cursor(revision), "io.bellwire.order.created", "o-" + revision, 1, "{}"));
            }
            long last = from + changes.size();
            return CompletableFuture.completedFuture(new FetchResult.Page(changes, cursor(last), last == CHANGES));
        }

        @Override
        public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
            throw new AssertionError("there is no reset");
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            failAt(Place.ACK);
            if (fails(Place.ACK_LATER)) {
                return CompletableFuture.failedFuture(failure.get());
            }
            acknowledged.add(processed.revision());
            return CompletableFuture.completedFuture(new AckResult.Accepted());
        }

        private static DeviceCursor cursor(long revision) {
            return new DeviceCursor(EPOCH, revision);
        }
    }

    private final class Signals implements SignalSource {
        @Override
        public SignalSubscription connect(
                DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener to) {
            failAt(Place.CONNECT);
            connections++;
            to.subscribed();
            if (connections % 3 != 0) {
                timers.after(500, () -> to.disconnected("cut"));
            }
            return () -> failAt(Place.CLOSE);
        }

        @Override
        public void close() {}
    }

    private final class Observer implements AgentObserver {
        @Override
        public void subscribed() {
            failAt(Place.OBSERVER);
        }

        @Override
        public void fetchStarted() {
            failAt(Place.OBSERVER);
        }

        @Override
        public void fetchFailed(String reason) {
            failAt(Place.OBSERVER);
        }

        @Override
        public void caughtUp() {
            failAt(Place.OBSERVER);
        }

        @Override
        public void disconnected(String reason) {
            failAt(Place.OBSERVER);
        }
    }
}
