package io.bellwire.bench;

import io.bellwire.net.DeviceCredentials;
import java.nio.charset.StandardCharsets;

/**
 * A device that costs next to nothing: it listens over MQTT, reads its feed over HTTP after each signal, and ticks off the
 * orders that it finds. A signal that comes while it reads has it read once more. Used only on its fleet's loop.
 */
final class LightDevice implements LightSignals.Ear {
    private static final int PAGE_LIMIT = 500;
    private static final long BUSY_MILLIS = 50;
    private static final long LOST_MILLIS = 100;
    private static final int LOST_SPREAD_MILLIS = 200;

    private final LightFleet fleet;
    private final int number;
    private final DeviceCredentials who;
    private final HttpPool http;
    private final boolean sharesHttp;
    private final byte[] requestEnd;
    private LightSignals.Call call;
    private String cursor = "";
    private boolean wanted;
    private boolean listening;
    private boolean reading;
    private boolean again;
    private boolean upToDate;
    /** Of the latest read, so that a timer of an earlier one does nothing. */
    private int readNumber;

    LightDevice(LightFleet fleet, int number, DeviceCredentials who, HttpPool http, boolean sharesHttp) {
        this.fleet = fleet;
        this.number = number;
        this.who = who;
        this.http = http;
        this.sharesHttp = sharesHttp;
        this.requestEnd = (" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + who.secret() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void connect() {
        wanted = true;
        call = fleet.signals.dial(who, this);
    }

    /** Goes without a word, as if it lost power. */
    void disconnect() {
        if (!wanted) {
            return;
        }
        wanted = false;
        call.hangUp();
        cutOff();
        if (!sharesHttp) {
            http.close();
            reading = false;
            readNumber++;
        }
    }

    void ping() {
        if (listening) {
            call.ping();
        }
    }

    @Override
    public void listening() {
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
    public void cut(String why) {
        fleet.cuts.incrementAndGet();
        cutOff();
        fleet.loop.after(patienceMillis(), () -> {
            if (wanted) {
                connect();
            }
        });
    }

    private void cutOff() {
        if (listening) {
            listening = false;
            fleet.connected.decrementAndGet();
        }
        if (upToDate) {
            upToDate = false;
            fleet.upToDate.decrementAndGet();
        }
    }

    private long patienceMillis() {
        return LOST_MILLIS + number * 37L % LOST_SPREAD_MILLIS;
    }

    private void read() {
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        again = false;
        readNumber++;
        http.send(request(), this::answered);
    }

    private byte[] request() {
        byte[] start = ("GET /v1/devices/" + who.id() + "/feed?limit=" + PAGE_LIMIT + "&cursor=" + cursor)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + requestEnd.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(requestEnd, 0, request, start.length, requestEnd.length);
        return request;
    }

    private void answered(HttpAnswer answer) {
        if (answer == null || answer.status() == 429 || answer.status() == 503) {
            readLater(answer == null ? patienceMillis() : BUSY_MILLIS);
            return;
        }
        reading = false;
        if (answer.status() != 200) {
            fleet.ledger.failed(who + " reads its feed: " + answer);
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
        if (listening && (more || again)) {
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
