package io.bellwire.device.net;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.Effect;
import io.bellwire.device.FetchResult;
import io.bellwire.device.Input;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Device}: carries out its effects with the network, the state store and the timers, and gives it their
 * results as inputs, one at a time. {@link #close} ends it at any moment, as the death of the device's process does:
 * what was not saved is lost, and the next agent begins with the stored state. Thread-safe.
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
        this.serial = new SerialExecutor(runtime.executor());
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
            if (subscription != null) {
                subscription.close();
                subscription = null;
            }
            feed.cancelFetch();
        });
    }

    private void handle(Input input) {
        if (closed) {
            return;
        }
        for (Effect effect : device.on(input)) {
            effect.accept(effectHandler);
        }
        long newWakeAtMillis = device.wakeAtMillis();
        if (newWakeAtMillis != wakeAtMillis) {
            wakeAtMillis = newWakeAtMillis;
            if (wakeTask != null) {
                wakeTask.cancel();
                wakeTask = null;
            }
            if (newWakeAtMillis != Device.NEVER_MILLIS) {
                long delayMillis = Math.max(0, newWakeAtMillis - input.atMillis());
                wakeTask = timers.after(delayMillis, () -> serial.execute(this::tick));
            }
        }
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
            observer.fetchedNothing();
        } else if (result instanceof FetchResult.Failed failed) {
            observer.fetchFailed(failed.reason());
            LOG.debug("{}: {}", credentials, failed.reason());
        } else if (result instanceof FetchResult.Reset reset) {
            LOG.info("{}: reset, {}", credentials, reset.reason());
        }
        handle(new Input.Fetched(timers.nowMillis(), result));
    }

    private final class EffectHandler implements Effect.Handler {
        @Override
        public void subscribe(Effect.Subscribe effect) {
            if (subscription != null) {
                subscription.close();
            }
            connections++;
            DeviceCursor cursor = device.state().cursor();
            ConnectionListener listener = new ConnectionListener(connections, cursor);
            try {
                subscription = signals.connect(credentials, cursor, listener);
            } catch (RuntimeException failed) {
                // The source must not throw. Without this, the device would wait for ever.
                LOG.warn("{}: cannot connect", credentials, failed);
                listener.disconnected("cannot connect");
            }
        }

        @Override
        public void fetchPage(Effect.FetchPage effect) {
            observer.fetchStarted();
            feed.fetchPage(effect.after(), effect.waitMillis()).thenAcceptAsync(DeviceAgent.this::fetched, serial);
        }

        @Override
        public void fetchSnapshot(Effect.FetchSnapshot effect) {
            if (effect.next() == null) {
                observer.snapshotStarted();
            }
            feed.fetchSnapshot(effect.next()).thenAcceptAsync(DeviceAgent.this::fetched, serial);
        }

        @Override
        public void save(Effect.Save effect) {
            Input result = trySave(effect);
            serial.execute(() -> handle(result));
        }

        private Input trySave(Effect.Save effect) {
            try {
                store.save(effect.state(), effect.steps());
                if (effect.fromSignal()) {
                    observer.appliedFromSignal(effect.steps().size());
                }
                return new Input.Saved(timers.nowMillis());
            } catch (IOException failed) {
                LOG.warn("{}: cannot save its state: {}", credentials, failed.toString());
                return new Input.SaveFailed(timers.nowMillis());
            }
        }

        @Override
        public void ack(Effect.Ack effect) {
            feed.acknowledge(effect.processed())
                    .thenAcceptAsync(result -> handle(new Input.Acked(timers.nowMillis(), result)), serial);
        }

        @Override
        public void fetchSkipped(Effect.FetchSkipped effect) {
            observer.fetchSkipped();
            observer.caughtUp();
        }

        @Override
        public void caughtUp(Effect.CaughtUp effect) {
            observer.caughtUp();
        }

        @Override
        public void safetyPolled(Effect.SafetyPolled effect) {
            observer.safetyPolled(effect.found());
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
                observer.subscribed();
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
                observer.signalReceived();
                handle(new Input.SignalReceived(timers.nowMillis(), signal));
            });
        }

        @Override
        public void disconnected(String reason) {
            ifCurrent(() -> {
                LOG.debug("{}: {}", credentials, reason);
                observer.disconnected(reason);
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
