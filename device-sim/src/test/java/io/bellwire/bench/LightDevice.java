package io.bellwire.bench;

import io.bellwire.device.net.DeviceCredentials;
import java.nio.charset.StandardCharsets;

/**
 * A device that uses very little CPU and memory: it receives signals over MQTT, reads its feed over HTTP after each
 * signal, and records the orders that it finds in the ledger. After a signal that arrives during a read it reads once
 * more. Used only on its fleet's loop.
 */
final class LightDevice implements LightSignals.Listener {
    private static final int PAGE_LIMIT = 500;
    private static final long BUSY_MILLIS = 50;
    private static final long LOST_MILLIS = 100;
    private static final int LOST_SPREAD_MILLIS = 200;

    private final LightFleet fleet;
    private final int number;
    private final DeviceCredentials credentials;
    private final HttpPool http;
    private final boolean sharesHttp;
    private final byte[] requestEnd;
    private LightSignals.LightConnection connection;
    private String cursor = "";
    private boolean wanted;
    private boolean listening;
    private boolean reading;
    private boolean readAgain;
    private boolean upToDate;
    /** The number of the latest read, so that a timer of an earlier read does nothing. */
    private int readNumber;

    LightDevice(LightFleet fleet, int number, DeviceCredentials credentials, HttpPool http, boolean sharesHttp) {
        this.fleet = fleet;
        this.number = number;
        this.credentials = credentials;
        this.http = http;
        this.sharesHttp = sharesHttp;
        this.requestEnd = (" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + credentials.secret() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void connect() {
        wanted = true;
        connection = fleet.signals.connect(credentials, this);
    }

    /** Disconnects without a DISCONNECT packet, as if it lost power. */
    void disconnect() {
        if (!wanted) {
            return;
        }
        wanted = false;
        connection.disconnect();
        markDisconnected();
        if (!sharesHttp) {
            http.close();
            reading = false;
            readNumber++;
        }
    }

    void ping() {
        if (listening) {
            connection.ping();
        }
    }

    @Override
    public void subscribed() {
        listening = true;
        fleet.connected.incrementAndGet();
        fleet.connectNext();
        read();
    }

    @Override
    public void signalled() {
        read();
    }

    @Override
    public void lost(String why) {
        fleet.cuts.incrementAndGet();
        markDisconnected();
        fleet.loop.after(reconnectMillis(), () -> {
            if (wanted) {
                connect();
            }
        });
    }

    private void markDisconnected() {
        if (listening) {
            listening = false;
            fleet.connected.decrementAndGet();
        }
        if (upToDate) {
            upToDate = false;
            fleet.upToDate.decrementAndGet();
        }
    }

    private long reconnectMillis() {
        return LOST_MILLIS + number * 37L % LOST_SPREAD_MILLIS;
    }

    private void read() {
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        readAgain = false;
        readNumber++;
        http.send(request(), this::answered);
    }

    private byte[] request() {
        byte[] start = ("GET /v1/devices/" + credentials.id() + "/feed?limit=" + PAGE_LIMIT + "&cursor=" + cursor)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + requestEnd.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(requestEnd, 0, request, start.length, requestEnd.length);
        return request;
    }

    private void answered(HttpAnswer answer) {
        if (answer == null || answer.status() == 429 || answer.status() == 503) {
            readLater(answer == null ? reconnectMillis() : BUSY_MILLIS);
            return;
        }
        reading = false;
        if (answer.status() != 200) {
            fleet.ledger.failed(credentials + " reads its feed: " + answer);
            return;
        }
        long now = System.nanoTime();
        OrderText.find(
                answer.bytes(), answer.headBytes(), answer.length(), order -> fleet.ledger.applied(number, order, now));
        cursor = answer.header("bellwire-cursor");
        boolean more = !answer.header("bellwire-up-to-date").equals("true");
        if (!more && listening && !upToDate) {
            upToDate = true;
            fleet.upToDate.incrementAndGet();
        }
        if (listening && (more || readAgain)) {
            read();
        }
    }

    private void readLater(long delayMillis) {
        int failed = readNumber;
        fleet.loop.after(delayMillis, () -> {
            if (failed == readNumber) {
                reading = false;
                if (listening) {
                    read();
                }
            }
        });
    }
}
