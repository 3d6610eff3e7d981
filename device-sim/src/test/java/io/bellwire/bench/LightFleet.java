package io.bellwire.bench;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.DeviceCredentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Devices {@code d-0} and up, all on one thread. Thread-safe. */
final class LightFleet implements AutoCloseable {
    private static final long PING_MILLIS = LightSignals.KEEP_ALIVE_SECONDS * 500L;

    final EventLoop loop = new EventLoop("bench-devices");
    final LightSignals signals;
    /** Devices that are subscribed. */
    final AtomicInteger connected = new AtomicInteger();
    /** Devices that have read their feed to its end since they connected. */
    final AtomicInteger upToDate = new AtomicInteger();
    /** Connections that were lost or refused against the device's will. */
    final AtomicInteger cuts = new AtomicInteger();

    volatile OrderLedger ledger;

    private final List<LightDevice> devices = new ArrayList<>();
    /** Used on the loop: the next device to connect once another one has connected. */
    private int next;

    /**
     * @param connectionsShared how many HTTP connections the devices share; 0 if each has its own
     * @param ledger records applied orders, until another ledger is set
     */
    LightFleet(LoadTarget target, List<String> secrets, int connectionsShared, OrderLedger ledger) throws IOException {
        this.ledger = ledger;
        signals = new LightSignals(loop, target.mqtt());
        HttpPool shared = new HttpPool(loop, target.http(), connectionsShared);
        for (int i = 0; i < secrets.size(); i++) {
            DeviceCredentials credentials = new DeviceCredentials(new DeviceId("d-" + i), secrets.get(i));
            HttpPool http = connectionsShared > 0 ? shared : new HttpPool(loop, target.http(), 1);
            devices.add(new LightDevice(this, i, credentials, http, connectionsShared > 0));
        }
        next = devices.size();
        loop.after(PING_MILLIS, this::pingAll);
    }

    int size() {
        return devices.size();
    }

    private void pingAll() {
        devices.forEach(LightDevice::ping);
        loop.after(PING_MILLIS, this::pingAll);
    }

    /** Connects all devices, so many at a time. */
    void connect(int atOnce) {
        loop.execute(() -> {
            next = 0;
            for (int i = 0; i < atOnce; i++) {
                connectNext();
            }
        });
    }

    /** Connects the next device. Used on the loop. */
    void connectNext() {
        if (next < devices.size()) {
            devices.get(next++).connect();
        }
    }

    /** Disconnects all devices at once, as if they lost power. */
    void disconnect() {
        loop.execute(() -> devices.forEach(LightDevice::disconnect));
    }

    @Override
    public void close() {
        loop.close();
    }
}
