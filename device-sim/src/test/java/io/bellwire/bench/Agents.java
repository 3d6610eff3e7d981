package io.bellwire.bench;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.HttpFeed;
import io.bellwire.net.HttpGate;
import io.bellwire.net.Identity;
import io.bellwire.net.ScheduledTimers;
import io.bellwire.state.StateStore;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Real devices in this process, as the simulator runs them, that only count. */
final class Agents implements AutoCloseable {
    final AtomicLong applied = new AtomicLong();
    final AtomicInteger listening = new AtomicInteger();
    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
    private final HiveMqSignals signals;
    private final List<DeviceAgent> agents = new ArrayList<>();

    /** Hears what was applied. */
    interface Ear {
        void applied(Step step);
    }

    Agents(Child server, List<String> secrets, Ear ear) {
        signals = new HiveMqSignals(new InetSocketAddress(server.mqtt.getHost(), server.mqtt.getPort()), 2);
        HttpGate gate = new HttpGate(pool, 64, 1_000_000);
        for (int i = 0; i < secrets.size(); i++) {
            Identity who = new Identity(new DeviceId("d-" + i), secrets.get(i));
            StateStore store = new StateStore() {
                private DeviceState state = DeviceState.FRESH;

                @Override
                public synchronized DeviceState load() {
                    return state;
                }

                @Override
                public synchronized void save(DeviceState next, List<Step> steps) {
                    state = next;
                    applied.addAndGet(steps.size());
                    steps.forEach(ear::applied);
                }
            };
            Device device = new Device(DeviceSettings.STANDARD, DeviceState.FRESH, new Random(i));
            AgentWatch watch = new AgentWatch() {
                @Override
                public void listening() {
                    listening.incrementAndGet();
                }
            };
            agents.add(new DeviceAgent(
                    who, device, store, signals, new HttpFeed(gate, server.http, who, 100), timers, pool, watch));
        }
    }

    void start() {
        agents.forEach(DeviceAgent::start);
    }

    @Override
    public void close() {
        agents.forEach(DeviceAgent::close);
        signals.close();
        timers.close();
        pool.shutdownNow();
    }
}
