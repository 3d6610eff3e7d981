package io.bellwire.bench;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest server with the product's tasks: it takes orders over HTTP, appends them to one file and syncs them in
 * batches before it answers, keeps feeds in memory, sends signals through a broker, and serves pages by cursor. It has
 * no accounts, no idempotency and no limits, and cannot read its file. All on one thread.
 */
final class ReferenceServer {
    private static final byte[] PAGE_START = ascii("[");
    private static final byte[] PAGE_END = ascii("]");
    private static final byte[] CHANGE_END = ascii("}");

    /** An order's device is within so many of its first bytes. */
    private static final int DEVICE_WITHIN = 100;

    private final EventLoop loop;
    private final FileChannel file;
    private final Map<String, Feed> feeds = new HashMap<>();
    private final List<Posted> batch = new ArrayList<>();
    private ByteBuffer unwritten = ByteBuffer.allocateDirect(1 << 20);
    private LoopConnection broker;

    private static final class Feed {
        final List<byte[]> changes = new ArrayList<>();
        /** Whether a signal was sent that no read has followed yet; a second signal would add nothing. */
        boolean signalPending;
    }

    private static final class Posted {
        final LoopConnection connection;
        final String device;
        final byte[] order;

        Posted(LoopConnection connection, String device, byte[] order) {
            this.connection = connection;
            this.device = device;
            this.order = order;
        }
    }

    private ReferenceServer(EventLoop loop, FileChannel file) {
        this.loop = loop;
        this.file = file;
    }

    /**
     * Arguments: the folder for the file, the port, 0 for a free one. Prints its address; then reads the broker's port
     * from its standard input.
     */
    public static void main(String[] args) throws IOException {
        FileChannel file = FileChannel.open(
                Path.of(args[0]).resolve("orders"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        @SuppressWarnings("resource") // until the process ends
        EventLoop loop = new EventLoop("reference-server", false);
        ReferenceServer server = new ReferenceServer(loop, file);
        int port = loop.listen(Integer.parseInt(args[1]), connection -> server.new Client(connection));
        System.out.println("{\"http\":\"http://127.0.0.1:" + port + "\"}");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        int brokerPort = Integer.parseInt(in.readLine());
        loop.execute(() -> {
            server.connectToBroker(brokerPort); // orders may have arrived already, and their signals need the broker
            loop.atTurnEnd(server::commit);
        });
    }

    private void connectToBroker(int brokerPort) {
        broker = loop.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), brokerPort), new LoopConnection.Listener() {
                    @Override
                    public int read(byte[] bytes, int length) {
                        return length; // packets from the broker are ignored
                    }

                    @Override
                    public void closed(String why) {
                        System.err.println("the broker is gone: " + why);
                    }
                });
        broker.send(MqttFrame.connect("reference-server", null, 0));
    }

    /** Writes and syncs all orders of a turn together, then answers them, then sends the signals. */
    private void commit() {
        if (batch.isEmpty()) {
            return;
        }
        try {
            for (Posted posted : batch) {
                append(posted.order);
            }
            write();
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteArrayOutputStream signals = new ByteArrayOutputStream();
        for (Posted posted : batch) {
            Feed feed = feeds.computeIfAbsent(posted.device, device -> new Feed());
            feed.changes.add(posted.order);
            byte[] body = ascii("{\"revision\":" + feed.changes.size() + "}");
            posted.connection.send(response("201 Created", "", body));
            if (!feed.signalPending) {
                feed.signalPending = true;
                signals.writeBytes(MqttFrame.publish("bellwire/v1/devices/" + posted.device + "/signal", body));
            }
        }
        if (signals.size() > 0) {
            broker.send(signals.toByteArray());
        }
        batch.clear();
    }

    private void append(byte[] order) throws IOException {
        if (unwritten.remaining() < order.length) {
            write();
        }
        unwritten.put(order);
    }

    private void write() throws IOException {
        unwritten.flip();
        while (unwritten.hasRemaining()) {
            file.write(unwritten);
        }
        unwritten.clear();
    }

    private byte[] page(String device, int after, int limit) {
        Feed feed = feeds.computeIfAbsent(device, any -> new Feed());
        int head = feed.changes.size();
        int from = Math.min(after, head);
        int to = Math.min(head, from + limit);
        if (to == head) {
            feed.signalPending = false;
        }
        ByteArrayOutputStream page = new ByteArrayOutputStream(2 + (to - from) * 1_200);
        page.writeBytes(PAGE_START);
        for (int i = from; i < to; i++) {
            page.writeBytes(ascii((i > from ? "," : "") + "{\"id\":\"" + (i + 1) + "\",\"data\":"));
            page.writeBytes(feed.changes.get(i));
            page.writeBytes(CHANGE_END);
        }
        page.writeBytes(PAGE_END);
        return response(
                "200 OK",
                "Bellwire-Cursor: " + to + "\r\nBellwire-Up-To-Date: " + (to == head) + "\r\n",
                page.toByteArray());
    }

    private static byte[] response(String status, String headers, byte[] body) {
        byte[] head = ascii("HTTP/1.1 " + status + "\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n");
        byte[] response = new byte[head.length + body.length];
        System.arraycopy(head, 0, response, 0, head.length);
        System.arraycopy(body, 0, response, head.length, body.length);
        return response;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private final class Client implements LoopConnection.Listener {
        private final LoopConnection connection;

        private Client(LoopConnection connection) {
            this.connection = connection;
        }

        /** Reads one request at a time, as the benchmark's clients send them. */
        @Override
        public int read(byte[] bytes, int length) {
            int end = endOfHead(bytes, length);
            if (end < 0) {
                return 0;
            }
            String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
            if (head.startsWith("GET ")) {
                String device = between(head, "/v1/devices/", "/");
                String cursor = between(head, "cursor=", " ");
                int limit = Integer.parseInt(between(head, "limit=", "&"));
                connection.send(page(device, cursor.isEmpty() ? 0 : Integer.parseInt(cursor), limit));
                return end;
            }
            int whole = end + Integer.parseInt(between(head, "Content-Length: ", "\r"));
            if (whole > length) {
                return 0;
            }
            String start = new String(bytes, end, Math.min(DEVICE_WITHIN, whole - end), StandardCharsets.ISO_8859_1);
            String device = between(start, "\"device_id\":\"", "\"");
            batch.add(new Posted(connection, device, Arrays.copyOfRange(bytes, end, whole)));
            return whole;
        }

        @Override
        public void closed(String why) {
            // requests of a closed connection are not answered
        }
    }

    private static int endOfHead(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }
}
