package io.bellwire.bench;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.Identity;
import io.bellwire.state.StateStore;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fleet of real devices, {@code d-0} and up: the product's {@link Device}, which decides everything, over clients as
 * light as they get, all on one thread. Keeps what they have saved, so that they go on where they were when they start
 * again, and counts what is not applied once and in order.
 */
final class Agents implements AutoCloseable {
    /** As many requests at once as the simulator's fleet makes. */
    private static final int REQUESTS_AT_ONCE = 64;

    final AtomicLong applied = new AtomicLong();
    final AtomicInteger listening = new AtomicInteger();
    /** Fetches that found nothing, or failed. */
    final AtomicLong inVain = new AtomicLong();

    private final AtomicLong faults = new AtomicLong();
    private final Ear ear;
    private final Loop loop;
    private final HttpPool pool;
    private final LightSignals signals;
    private final List<Member> members = new ArrayList<>();

    /** Hears what was applied, on the loop's thread. */
    interface Ear {
        void applied(Step.Applied step);
    }

    Agents(Loop loop, Child server, List<String> secrets, Ear ear) {
        this.loop = loop;
        this.ear = ear;
        pool = new HttpPool(loop, server.http, REQUESTS_AT_ONCE);
        signals = new LightSignals(loop, new InetSocketAddress(server.mqtt.getHost(), server.mqtt.getPort()));
        for (int i = 0; i < secrets.size(); i++) {
            members.add(new Member(i, secrets.get(i)));
        }
    }

    int size() {
        return members.size();
    }

    /** All come at once. */
    void start() {
        listening.set(0);
        members.forEach(Member::start);
    }

    /** All go at once, as if they lost power. */
    void stop() {
        members.forEach(member -> member.agent.close());
    }

    @Override
    public void close() {
        stop();
        if (faults.get() > 0) {
            throw new IllegalStateException(faults + " changes were not applied once and in order");
        }
    }

    private final class Member implements StateStore, AgentWatch {
        private final int number;
        private final Identity who;
        private DeviceState state = DeviceState.FRESH;
        private DeviceAgent agent;

        private Member(int number, String secret) {
            this.number = number;
            this.who = new Identity(new DeviceId("d-" + number), secret);
        }

        private void start() {
            Device device = new Device(DeviceSettings.STANDARD, state, new Random(number));
            agent = new DeviceAgent(who, device, this, signals, new LightFeed(pool, who), loop, loop, this);
            agent.start();
        }

        @Override
        public DeviceState load() {
            return state;
        }

        @Override
        public void save(DeviceState next, List<Step> steps) {
            long revision = state.cursor() == null ? 0 : state.cursor().revision();
            for (Step step : steps) {
                revision++;
                if (step instanceof Step.Applied one && one.change().cursor().revision() == revision) {
                    ear.applied(one);
                } else {
                    faults.incrementAndGet();
                }
            }
            state = next;
            applied.addAndGet(steps.size());
        }

        @Override
        public void listening() {
            listening.incrementAndGet();
        }

        @Override
        public void polledInVain() {
            inVain.incrementAndGet();
        }

        @Override
        public void pollFailed(String why) {
            inVain.incrementAndGet();
        }
    }
}
