package io.bellwire.guarantees;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.net.AgentObserver;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceAgent;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.HttpFeed;
import io.bellwire.device.net.PahoSignals;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.device.state.FileStateStore;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.Security;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A device in a process of its own, which prints a line for each failure and each subscription. Arguments: HTTP address,
 * host and port of MQTT, {@code hivemq} or {@code paho}, secret, state file.
 */
final class NamedServerDevice {
    private NamedServerDevice() {}

    public static void main(String[] args) throws Exception {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0"); // or the JDK remembers a failure for 10 s
        DeviceCredentials grill = new DeviceCredentials(new DeviceId("grill"), args[4]);
        InetSocketAddress broker = InetSocketAddress.createUnresolved(args[1], Integer.parseInt(args[2]));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        FileStateStore store = new FileStateStore(Path.of(args[5]));
        DeviceAgent agent = new DeviceAgent(
                grill,
                new Device(DevicePool.SIGNALS_ONLY, store.load(), new Random(1)),
                store,
                args[3].equals("paho") ? new PahoSignals(broker) : new HiveMqSignals(broker, 1),
                new HttpFeed(new BoundedHttpClient(pool, 4, 16), URI.create(args[0]), grill, 100),
                new AgentRuntime(new ScheduledTimers(System::nanoTime), pool).observedBy(new AgentObserver() {
                    @Override
                    public void subscribed() {
                        System.out.println("subscribed");
                    }

                    @Override
                    public void disconnected(String reason) {
                        System.out.println("disconnected " + reason);
                    }
                }));
        agent.start();
        new CountDownLatch(1).await();
    }
}
