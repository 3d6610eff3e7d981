package io.bellwire.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The receivers of partners {@code p-0} and up, each at an address of its own, all on one thread. Each answers after
 * 2 ms; every tenth can be told not to answer at all. Thread-safe.
 */
final class WebhookReceivers implements AutoCloseable {
    /** How long a receiver works on a call. */
    static final long WORK_MILLIS = 2;

    /** Every so manieth receiver is one that can die. */
    static final int DYING = 10;

    private static final int PER_NETWORK = 250;
    private static final byte[] RECEIVED =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String CHALLENGE = "\"challenge\":\"";

    /** Records the orders that calls bring. */
    volatile OrderLedger ledger = new OrderLedger(0, 0, 1, 1);

    private final EventLoop loop = new EventLoop("bench-receivers");
    private final int port;
    private volatile boolean someAreDead;

    WebhookReceivers(int count) throws IOException {
        int found = 0;
        for (int i = 0; i < count; i++) {
            int receiver = i;
            found = loop.listen(
                    new InetSocketAddress(host(i), found), connection -> new Connection(receiver, connection));
        }
        port = found;
    }

    private static String host(int receiver) {
        return "127.0." + (1 + receiver / PER_NETWORK) + "." + (1 + receiver % PER_NETWORK);
    }

    /** The URL of a receiver. */
    static String url(int receiver, int port) {
        return "http://" + host(receiver) + ":" + port + "/orders";
    }

    /** The port of all receivers. */
    int port() {
        return port;
    }

    /** From now on, every tenth receiver takes calls and does not answer, or does again. */
    void die(boolean dead) {
        someAreDead = dead;
    }

    @Override
    public void close() {
        loop.close();
    }

    private final class Connection implements LoopConnection.Listener {
        private final int receiver;
        private final LoopConnection connection;

        Connection(int receiver, LoopConnection connection) {
            this.receiver = receiver;
            this.connection = connection;
        }

        @Override
        public int read(byte[] bytes, int length) {
            HttpAnswer call = HttpAnswer.at(bytes, length); // its head has the form of an answer's
            if (call == null) {
                return 0;
            }
            if (someAreDead && receiver % DYING == 0) {
                return call.length();
            }
            if (call.header("bellwire-payload").equals("challenge")) {
                connection.send(challengeAnswer(call));
                return call.length();
            }
            long now = System.nanoTime();
            OrderText.find(bytes, call.headBytes(), call.length(), number -> ledger.applied(receiver, number, now));
            loop.after(WORK_MILLIS, () -> connection.send(RECEIVED));
            return call.length();
        }

        private static byte[] challengeAnswer(HttpAnswer call) {
            String body = new String(
                    call.bytes(), call.headBytes(), call.length() - call.headBytes(), StandardCharsets.UTF_8);
            int from = body.indexOf(CHALLENGE) + CHALLENGE.length();
            String value = body.substring(from, body.indexOf('"', from));
            return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + value.length() + "\r\n\r\n"
                            + value)
                    .getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void closed(String why) {
            // the caller opens another one
        }
    }
}
