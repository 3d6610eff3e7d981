package io.bellwire.guarantees;

import io.bellwire.device.DeviceSettings;
import io.bellwire.net.BoundedHttpClient;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.HttpFeed;
import io.bellwire.net.ScheduledTimers;
import io.bellwire.net.SignalSource;
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

/** Where devices stand: what they share, and all of them. Closing it ends them. */
final class Site implements AutoCloseable {
    /**
     * No poll but for a reason: neither the safety poll nor a missing greeting makes a device read within a test, so that
     * whatever it learns, it learns from the bell.
     */
    static final DeviceSettings BELL_ALONE = new DeviceSettings(3_600_000, 3_600_000, 20, 300);

    private static final int PAGE_LIMIT = 2;

    /** What connections still say once all is over is of no interest. */
    private final ExecutorService pool = new ThreadPoolExecutor(
            4, 4, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.DiscardPolicy());

    private final ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
    private final BoundedHttpClient gate = new BoundedHttpClient(pool, 16, 1_000);
    private final URI http;
    private final SignalSource signals;
    private final List<FieldDevice> devices = new ArrayList<>();

    /** Devices with the usual client. */
    Site(Bellwire server) {
        this(server, broker -> new HiveMqSignals(broker, 1));
    }

    Site(Bellwire server, Function<InetSocketAddress, SignalSource> client) {
        http = server.http();
        signals = client.apply(
                new InetSocketAddress(server.mqtt().getHost(), server.mqtt().getPort()));
    }

    /** A new device, not yet switched on. */
    FieldDevice device(DeviceCredentials who) {
        FieldDevice device = new FieldDevice(who, signals, new HttpFeed(gate, http, who, PAGE_LIMIT), timers, pool);
        devices.add(device);
        return device;
    }

    /** A device that stood elsewhere before, with what it has saved. */
    FieldDevice move(FieldDevice from) {
        DeviceCredentials who = from.who();
        FieldDevice device =
                new FieldDevice(who, from.disk(), signals, new HttpFeed(gate, http, who, PAGE_LIMIT), timers, pool);
        devices.add(device);
        return device;
    }

    @Override
    public void close() {
        devices.forEach(FieldDevice::kill);
        signals.close();
        timers.close();
        pool.shutdownNow();
    }
}
