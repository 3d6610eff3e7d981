package io.bellwire.net;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.Effect;
import io.bellwire.device.FetchResult;
import io.bellwire.device.Input;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one {@link Device}: hands it what the network and the timers tell, one input at a time, and does what it says.
 * Lives until {@link #close}, which is what the death of a device's process looks like: whatever was not saved is gone.
 * Thread-safe.
 */
public final class DeviceAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceAgent.class);

    private final DeviceCredentials who;
    private final Device device;
    private final StateStore store;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final Timers timers;
    private final AgentWatch watch;
    private final SerialExecutor inbox;
    private final Effects effects = new Effects();

    private volatile boolean closed;
    // What follows is touched on the inbox alone.
    private long wakeAtMillis = Device.NEVER_MILLIS;
    private Timers.@Nullable Pending wake;
    private SignalSource.@Nullable Call call;
    private int calls;

    /**
     * @param device constructed with what {@code store} has loaded
     * @param pool shared; runs everything but timers and network, saving included
     */
    public DeviceAgent(
            DeviceCredentials who,
            Device device,
            StateStore store,
            SignalSource signals,
            DeviceFeed feed,
            Timers timers,
            Executor pool,
            AgentWatch watch) {
        this.who = who;
        this.device = device;
        this.store = store;
        this.signals = signals;
        this.feed = feed;
        this.timers = timers;
        this.watch = watch;
        this.inbox = new SerialExecutor(pool);
    }

    /** Begins; to be called once. */
    public void start() {
        inbox.execute(() -> feedIn(new Input.Started(timers.nowMillis())));
    }

    /** Ends: the connection is closed, nothing more is saved once what is being saved is. */
    @Override
    public void close() {
        closed = true;
        inbox.execute(() -> {
            if (wake != null) {
                wake.cancel();
            }
            if (call != null) {
                call.hangUp();
                call = null;
            }
            feed.hangUp();
        });
    }

    private void feedIn(Input input) {
        if (closed) {
            return;
        }
        for (Effect effect : device.on(input)) {
            effect.accept(effects);
        }
        long due = device.wakeAtMillis();
        if (due != wakeAtMillis) {
            wakeAtMillis = due;
            if (wake != null) {
                wake.cancel();
                wake = null;
            }
            if (due != Device.NEVER_MILLIS) {
                wake = timers.after(Math.max(0, due - input.atMillis()), () -> inbox.execute(this::tick));
            }
        }
    }

    private void tick() {
        wakeAtMillis = Device.NEVER_MILLIS;
        feedIn(new Input.Ticked(timers.nowMillis()));
    }

    private void answered(FetchResult answer) {
        if (closed) {
            return;
        }
        if (answer instanceof FetchResult.Page page && page.changes().isEmpty()) {
            watch.polledInVain();
        } else if (answer instanceof FetchResult.Failed failed) {
            watch.pollFailed(failed.why());
            LOG.debug("{}: {}", who, failed.why());
        } else if (answer instanceof FetchResult.Reset reset) {
            LOG.info("{}: reset, {}", who, reset.reason());
        }
        feedIn(new Input.Answered(timers.nowMillis(), answer));
    }

    private final class Effects implements Effect.Cases {
        @Override
        public void listen(Effect.Listen effect) {
            if (call != null) {
                call.hangUp();
            }
            calls++;
            DeviceCursor place = device.state().cursor();
            CallEar ear = new CallEar(calls, place);
            try {
                call = signals.dial(who, place, ear);
            } catch (RuntimeException failed) {
                // A client that breaks its promise: without a cut the device would wait for ever.
                LOG.warn("{}: cannot dial", who, failed);
                ear.cut("cannot dial");
            }
        }

        @Override
        public void fetchPage(Effect.FetchPage effect) {
            watch.polled();
            feed.page(effect.after(), effect.waitMillis()).thenAcceptAsync(DeviceAgent.this::answered, inbox);
        }

        @Override
        public void fetchSnapshot(Effect.FetchSnapshot effect) {
            if (effect.next() == null) {
                watch.snapshotBegun();
            }
            feed.snapshot(effect.next()).thenAcceptAsync(DeviceAgent.this::answered, inbox);
        }

        @Override
        public void save(Effect.Save effect) {
            Input outcome;
            try {
                store.save(effect.state(), effect.steps());
                if (effect.straight()) {
                    watch.appliedStraight(effect.steps().size());
                }
                outcome = new Input.Saved(timers.nowMillis());
            } catch (IOException failed) {
                LOG.warn("{}: cannot save its state: {}", who, failed.toString());
                outcome = new Input.SaveFailed(timers.nowMillis());
            }
            Input told = outcome;
            inbox.execute(() -> feedIn(told));
        }

        @Override
        public void ack(Effect.Ack effect) {
            feed.acknowledge(effect.processed())
                    .thenAcceptAsync(answer -> feedIn(new Input.Acked(timers.nowMillis(), answer)), inbox);
        }

        @Override
        public void skipPoll(Effect.SkipPoll effect) {
            watch.pollSkipped();
            watch.caughtUp();
        }

        @Override
        public void caughtUp(Effect.CaughtUp effect) {
            watch.caughtUp();
        }

        @Override
        public void safetyPolled(Effect.SafetyPolled effect) {
            watch.safetyPolled(effect.found());
        }
    }

    /** Knows which call it belongs to, so that an old connection's last words are not taken for the new one's. */
    private final class CallEar implements SignalSource.Ear {
        private final int number;
        private final @Nullable DeviceCursor place;

        private CallEar(int number, @Nullable DeviceCursor place) {
            this.number = number;
            this.place = place;
        }

        @Override
        public void listening() {
            inCall(() -> {
                watch.listening();
                feedIn(new Input.Listening(timers.nowMillis()));
            });
        }

        @Override
        public void resumed() {
            listening();
            if (place != null) {
                // Had the server more than that, it would say so: the silence is a greeting too.
                ReceivedSignal silence = new ReceivedSignal(place.epoch(), place.revision());
                inCall(() -> feedIn(new Input.Heard(timers.nowMillis(), silence)));
            }
        }

        @Override
        public void heard(ReceivedSignal signal) {
            inCall(() -> {
                watch.heard();
                feedIn(new Input.Heard(timers.nowMillis(), signal));
            });
        }

        @Override
        public void cut(String why) {
            inCall(() -> {
                LOG.debug("{}: {}", who, why);
                watch.cut(why);
                feedIn(new Input.Cut(timers.nowMillis()));
            });
        }

        private void inCall(Runnable task) {
            inbox.execute(() -> {
                if (number == calls && !closed) {
                    task.run();
                }
            });
        }
    }
}
