package io.bellwire.guarantees;

import io.bellwire.device.DeviceSettings;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.HttpFeed;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.device.net.SignalSource;
import io.bellwire.serve.Bellwire;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Devices and the threads, timers and clients that they share. {@link #close} ends all devices. */
final class DevicePool implements AutoCloseable {
    /**
     * Neither a safety poll nor a missing greeting makes a device read within a test, so that a device learns of
     * changes only from signals.
     */
    static final DeviceSettings SIGNALS_ONLY = new DeviceSettings(3_600_000, 3_600_000, 20, 300);

    private static final int PAGE_LIMIT = 2;

    /** Tasks that connections submit after the end are discarded. */
    private final ExecutorService pool = new ThreadPoolExecutor(
            4, 4, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.DiscardPolicy());

    private final ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
    private final BoundedHttpClient client = new BoundedHttpClient(pool, 16, 1_000);
    private final URI server;
    private final SignalSource signals;
    private final List<KillableDevice> devices = new ArrayList<>();

    /** Devices with the HiveMQ client. */
    DevicePool(Bellwire server) {
        this(server, broker -> new HiveMqSignals(broker, 1));
    }

    DevicePool(Bellwire target, Function<InetSocketAddress, SignalSource> client) {
        this.server = target.http();
        signals = client.apply(
                new InetSocketAddress(target.mqtt().getHost(), target.mqtt().getPort()));
    }

    /** A new device, not yet started. */
    KillableDevice device(DeviceCredentials credentials) {
        KillableDevice device = new KillableDevice(
                credentials, signals, new HttpFeed(client, server, credentials, PAGE_LIMIT), timers, pool);
        devices.add(device);
        return device;
    }

    /** A device of another pool, with its saved state, connected to this pool's server. */
    KillableDevice reconnect(KillableDevice from) {
        DeviceCredentials credentials = from.credentials();
        KillableDevice device = new KillableDevice(
                credentials, from.disk(), signals, new HttpFeed(client, server, credentials, PAGE_LIMIT), timers, pool);
        devices.add(device);
        return device;
    }

    @Override
    public void close() {
        devices.forEach(KillableDevice::kill);
        signals.close();
        timers.close();
        pool.shutdownNow();
    }
}
