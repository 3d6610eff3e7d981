package io.bellwire.bench;

import io.bellwire.device.DeviceId;
import io.bellwire.net.DeviceCredentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Devices {@code d-0} and up, all on one thread. Thread-safe. */
final class LightFleet implements AutoCloseable {
    private static final long PING_MILLIS = LightSignals.KEEP_ALIVE_SECONDS * 500L;

    final Loop loop = new Loop("bench-devices");
    final LightSignals signals;
    /** Devices whose subscription stands. */
    final AtomicInteger connected = new AtomicInteger();
    /** Devices that have read their feed to its end since they were connected. */
    final AtomicInteger upToDate = new AtomicInteger();
    /** Connections that ended, or did not come to be, though the device wanted them. */
    final AtomicInteger cuts = new AtomicInteger();

    volatile OrderLedger ledger;

    private final List<LightDevice> devices = new ArrayList<>();
    /** On the loop: the next device to connect when another one is connected. */
    private int next;

    /**
     * @param connectionsShared over how many connections the devices read their feeds; 0 if each has one of its own
     * @param ledger where orders are ticked off, until another one is set
     */
    LightFleet(LoadTarget target, List<String> secrets, int connectionsShared, OrderLedger ledger) throws IOException {
        this.ledger = ledger;
        signals = new LightSignals(loop, target.mqtt());
        HttpPool shared = new HttpPool(loop, target.http(), connectionsShared);
        for (int i = 0; i < secrets.size(); i++) {
            DeviceCredentials who = new DeviceCredentials(new DeviceId("d-" + i), secrets.get(i));
            HttpPool http = connectionsShared > 0 ? shared : new HttpPool(loop, target.http(), 1);
            devices.add(new LightDevice(this, i, who, http, connectionsShared > 0));
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

    /** Has all devices connect, so many at a time. */
    void connect(int atOnce) {
        loop.execute(() -> {
            next = 0;
            for (int i = 0; i < atOnce; i++) {
                connectNext();
            }
        });
    }

    /** On the loop. */
    void connectNext() {
        if (next < devices.size()) {
            devices.get(next++).connect();
        }
    }

    /** All go at once, as if they lost power. */
    void disconnect() {
        loop.execute(() -> devices.forEach(LightDevice::disconnect));
    }

    @Override
    public void close() {
        loop.close();
    }
}
