package io.bellwire.device.net;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Effect;
import io.bellwire.device.FetchResult;
import io.bellwire.device.Input;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Device}: carries out its effects with the network, the state store and the timers, and gives it their
 * results as inputs, one at a time. Whatever store, feed, signals or observer throw, {@link OutOfMemoryError} excepted,
 * is a failed result, so that the device tries again. {@link #close} ends it at any moment, as the death of the
 * device's process does: what was not saved is lost, and the next agent begins with the stored state. Thread-safe.
 */
public final class DeviceAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceAgent.class);

    private final DeviceCredentials credentials;
    private final Device device;
    private final StateStore store;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final Timers timers;
    private final AgentObserver observer;
    private final Executor serial;
    private final EffectHandler effectHandler = new EffectHandler();

    private volatile boolean closed;
    // What follows is used only on the serial executor.
    private long wakeAtMillis = Device.NEVER_MILLIS;
    private Timers.@Nullable ScheduledTask wakeTask;
    private @Nullable SignalSubscription subscription;
    private int connections;
    /** Whether a save has failed, and the store could not tell either which state it has. */
    private boolean saveIsInDoubt;

    /**
     * @param device constructed with the state that {@code store} has loaded
     * @param signals used only if the device's doorbell is {@code Doorbell.Signals}; else {@link SignalSource#NONE}
     */
    public DeviceAgent(
            DeviceCredentials credentials,
            Device device,
            StateStore store,
            SignalSource signals,
            DeviceFeed feed,
            AgentRuntime runtime) {
        this.credentials = credentials;
        this.device = device;
        this.store = store;
        this.signals = signals;
        this.feed = feed;
        this.timers = runtime.timers();
        this.observer = runtime.observer();
        this.serial = new SerialExecutor(runtime.executor(), timers);
    }

    /** Starts the device; to be called once. */
    public void start() {
        serial.execute(() -> handle(new Input.Started(timers.nowMillis())));
    }

    /** Ends the device without waiting: closes the connection; at most the save under way is still completed. */
    @Override
    public void close() {
        closed = true;
        serial.execute(() -> {
            if (wakeTask != null) {
                wakeTask.cancel();
            }
            endSubscription();
            feed.cancelFetch();
        });
    }

    private void handle(Input input) {
        if (closed) {
            return;
        }
        try {
            for (Effect effect : device.on(input)) {
                effect.accept(effectHandler);
            }
        } finally {
            // also after a failure: without its timer the device would never do anything again
            setWakeTask(input.atMillis());
        }
    }

    private void setWakeTask(long nowMillis) {
        long newWakeAtMillis = device.wakeAtMillis();
        if (newWakeAtMillis == wakeAtMillis) {
            return;
        }
        if (wakeTask != null) {
            wakeTask.cancel();
            wakeTask = null;
        }
        wakeAtMillis = Device.NEVER_MILLIS;
        if (newWakeAtMillis != Device.NEVER_MILLIS) {
            long delayMillis = Math.max(0, newWakeAtMillis - nowMillis);
            wakeTask = timers.after(delayMillis, () -> serial.execute(this::tick));
            wakeAtMillis = newWakeAtMillis;
        }
    }

    private void endSubscription() {
        SignalSubscription old = subscription;
        subscription = null;
        if (old == null) {
            return;
        }
        try {
            old.close();
        } catch (Throwable failed) {
            MemoryExhausted.rethrow(failed);
            LOG.warn("{}: cannot close its connection", credentials, failed);
        }
    }

    /** An observer that throws must not change what the device does. */
    private void notifyObserver(Consumer<AgentObserver> call) {
        try {
            call.accept(observer);
        } catch (Throwable failed) {
            MemoryExhausted.rethrow(failed);
            LOG.warn("{}: its observer failed", credentials, failed);
        }
    }

    /**
     * Sends a request and gives its result to {@code taker}. What the feed throws, now or later, becomes {@code
     * failed}.
     */
    private <R> void request(Supplier<CompletionStage<R>> request, Function<String, R> failed, Consumer<R> taker) {
        CompletionStage<R> result;
        try {
            result = request.get();
        } catch (Throwable failure) {
            MemoryExhausted.rethrow(failure);
            result = CompletableFuture.failedFuture(failure);
        }
        if (result == null) {
            result = CompletableFuture.failedFuture(new NullPointerException("the feed returned null"));
        }
        // not thenAcceptAsync, which would keep what the taker throws to itself
        CompletionStage<?> unused = result.whenComplete((answer, failure) ->
                serial.execute(() -> taker.accept(answer != null ? answer : failed.apply(String.valueOf(failure)))));
    }

    private void tick() {
        wakeAtMillis = Device.NEVER_MILLIS;
        handle(new Input.Ticked(timers.nowMillis()));
    }

    private void fetched(FetchResult result) {
        if (closed) {
            return;
        }
        if (result instanceof FetchResult.Page page && page.changes().isEmpty()) {
            notifyObserver(AgentObserver::fetchedNothing);
        } else if (result instanceof FetchResult.Failed failed) {
            notifyObserver(to -> to.fetchFailed(failed.reason()));
            LOG.debug("{}: {}", credentials, failed.reason());
        } else if (result instanceof FetchResult.Reset reset) {
            LOG.info("{}: reset, {}", credentials, reset.reason());
        }
        handle(new Input.Fetched(timers.nowMillis(), result));
    }

    private final class EffectHandler implements Effect.Handler {
        @Override
        public void subscribe(Effect.Subscribe effect) {
            endSubscription();
            connections++;
            DeviceCursor cursor = device.state().cursor();
            ConnectionListener listener = new ConnectionListener(connections, cursor);
            try {
                subscription = signals.connect(credentials, cursor, listener);
            } catch (Throwable failed) {
                MemoryExhausted.rethrow(failed);
                // The source must not throw. Without this, the device would wait for ever.
                LOG.warn("{}: cannot connect", credentials, failed);
                listener.disconnected("cannot connect");
            }
        }

        @Override
        public void fetchPage(Effect.FetchPage effect) {
            notifyObserver(AgentObserver::fetchStarted);
            request(
                    () -> feed.fetchPage(effect.after(), effect.waitMillis()),
                    reason -> new FetchResult.Failed(0, reason),
                    DeviceAgent.this::fetched);
        }

        @Override
        public void fetchSnapshot(Effect.FetchSnapshot effect) {
            if (effect.next() == null) {
                notifyObserver(AgentObserver::snapshotStarted);
            }
            request(
                    () -> feed.fetchSnapshot(effect.next()),
                    reason -> new FetchResult.Failed(0, reason),
                    DeviceAgent.this::fetched);
        }

        @Override
        public void save(Effect.Save effect) {
            Input result = trySave(effect);
            serial.execute(() -> handle(result));
        }

        private Input trySave(Effect.Save effect) {
            try {
                if (saveIsInDoubt) {
                    DeviceState stored = loadAfterFailure();
                    if (!stored.equals(device.state())) {
                        return new Input.SaveFailed(timers.nowMillis(), stored);
                    }
                }
                store.save(effect.state(), effect.steps());
            } catch (Throwable failed) {
                MemoryExhausted.rethrow(failed);
                LOG.warn("{}: cannot save its state: {}", credentials, failed.toString());
                return resultOfFailedSave();
            }
            if (effect.fromSignal()) {
                notifyObserver(to -> to.appliedFromSignal(effect.steps().size()));
            }
            return new Input.Saved(timers.nowMillis());
        }

        /** The store may have the new state all the same: to apply the same changes again would repeat them. */
        private Input resultOfFailedSave() {
            try {
                return new Input.SaveFailed(timers.nowMillis(), loadAfterFailure());
            } catch (Throwable unreadable) {
                MemoryExhausted.rethrow(unreadable);
                LOG.warn("{}: cannot load its state: {}", credentials, unreadable.toString());
                return new Input.SaveFailed(timers.nowMillis());
            }
        }

        private DeviceState loadAfterFailure() throws IOException {
            saveIsInDoubt = true;
            DeviceState stored = Objects.requireNonNull(store.load());
            saveIsInDoubt = false;
            return stored;
        }

        @Override
        public void ack(Effect.Ack effect) {
            request(
                    () -> feed.acknowledge(effect.processed()),
                    reason -> new AckResult.Failed(0, reason),
                    result -> handle(new Input.Acked(timers.nowMillis(), result)));
        }

        @Override
        public void fetchSkipped(Effect.FetchSkipped effect) {
            notifyObserver(AgentObserver::fetchSkipped);
            notifyObserver(AgentObserver::caughtUp);
        }

        @Override
        public void caughtUp(Effect.CaughtUp effect) {
            notifyObserver(AgentObserver::caughtUp);
        }

        @Override
        public void safetyPolled(Effect.SafetyPolled effect) {
            notifyObserver(to -> to.safetyPolled(effect.found()));
        }
    }

    /** Listens to one connection; drops what an old connection says after a new one was begun. */
    private final class ConnectionListener implements SignalListener {
        private final int number;
        private final @Nullable DeviceCursor cursor;

        private ConnectionListener(int number, @Nullable DeviceCursor cursor) {
            this.number = number;
            this.cursor = cursor;
        }

        @Override
        public void subscribed() {
            ifCurrent(() -> {
                notifyObserver(AgentObserver::subscribed);
                handle(new Input.Subscribed(timers.nowMillis()));
            });
        }

        @Override
        public void resumed() {
            subscribed();
            if (cursor != null) {
                // The server sends a signal only if it has more than this: so the missing one is the greeting.
                ReceivedSignal greeting = new ReceivedSignal(cursor.epoch(), cursor.revision());
                ifCurrent(() -> handle(new Input.SignalReceived(timers.nowMillis(), greeting)));
            }
        }

        @Override
        public void signal(ReceivedSignal signal) {
            ifCurrent(() -> {
                notifyObserver(AgentObserver::signalReceived);
                handle(new Input.SignalReceived(timers.nowMillis(), signal));
            });
        }

        @Override
        public void disconnected(String reason) {
            ifCurrent(() -> {
                LOG.debug("{}: {}", credentials, reason);
                notifyObserver(to -> to.disconnected(reason));
                handle(new Input.Disconnected(timers.nowMillis()));
            });
        }

        private void ifCurrent(Runnable task) {
            serial.execute(() -> {
                if (number == connections && !closed) {
                    task.run();
                }
            });
        }
    }
}
