package io.bellwire.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Keeps a number of HTTP/1.1 requests in flight from one thread, one on each connection, with so little work that the
 * client does not limit the figures. Counts answers and discards them.
 */
final class HttpLoad {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    private HttpLoad() {}

    /**
     * The result of a run.
     *
     * @param latency nanoseconds from the last byte of the request to the last byte of the answer
     * @param bad answers other than 2xx
     */
    record Result(long requests, double seconds, Histogram latency, long bad) {
        double perSecond() {
            return requests / seconds;
        }

        double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e6;
        }
    }

    private static final class Connection {
        final SocketChannel channel;
        final byte[] bytes = new byte[BUFFER_BYTES];
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        ByteBuffer out = ByteBuffer.allocate(0);
        long sentNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /** Runs for {@code warmUpMillis}, then measures for {@code millis}, or until {@code requestsMax} requests are done. */
    static Result run(
            URI server, int inFlight, long warmUpMillis, long millis, long requestsMax, Supplier<byte[]> requests)
            throws IOException {
        Histogram latency = new Histogram(HIGHEST_NANOS, 3);
        long bad = 0;
        long done = 0;
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < inFlight; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel);
                channel.register(selector, SelectionKey.OP_READ, connection);
                send(connection, requests.get());
            }
            long started = System.nanoTime();
            long measureFrom = started + warmUpMillis * 1_000_000;
            long end = measureFrom + millis * 1_000_000;
            boolean measuring = warmUpMillis == 0;
            while (true) {
                selector.select(100);
                long now = System.nanoTime();
                if (!measuring && now >= measureFrom) {
                    measuring = true;
                    measureFrom = now;
                    end = now + millis * 1_000_000;
                }
                if (now >= end || done >= requestsMax) {
                    selector.keys().forEach(key -> close((Connection) key.attachment()));
                    return new Result(done, (now - measureFrom) / 1e9, latency, bad);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    Connection connection = (Connection) key.attachment();
                    int status = receive(connection);
                    if (status == 0) {
                        continue;
                    }
                    if (measuring) {
                        latency.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - connection.sentNanos));
                        done++;
                    }
                    bad += status / 100 == 2 ? 0 : 1;
                    send(connection, requests.get());
                }
                selector.selectedKeys().clear();
            }
        }
    }

    private static void close(Connection connection) {
        try {
            connection.channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void send(Connection connection, byte[] request) throws IOException {
        connection.out = ByteBuffer.wrap(request);
        while (connection.out.hasRemaining()) {
            connection.channel.write(connection.out); // a request is far smaller than a socket's buffer
        }
        connection.sentNanos = System.nanoTime();
    }

    /** Reads; returns the status if the answer is complete, otherwise 0. */
    private static int receive(Connection connection) throws IOException {
        if (connection.channel.read(connection.in) < 0) {
            throw new IOException("the server closed a connection");
        }
        HttpAnswer answer = HttpAnswer.at(connection.bytes, connection.in.position());
        if (answer == null) {
            return 0;
        }
        connection.in.clear();
        return answer.status();
    }

    /** A request's bytes. */
    static byte[] request(String method, String path, String token, String headers, byte[] body) {
        byte[] head = (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n"
                        + headers + (method.equals("GET") ? "" : "Content-Length: " + body.length + "\r\n") + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
