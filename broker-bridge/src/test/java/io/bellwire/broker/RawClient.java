package io.bellwire.broker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A socket that sends any bytes as MQTT, legal or not, and reads whole packets. Not thread-safe. */
final class RawClient implements AutoCloseable {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int SUBACK = 9;
    static final int UNSUBACK = 11;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private static final int PATIENCE_MILLIS = 10_000;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawClient(TestBroker.Way way) throws IOException {
        this(way, 0);
    }

    RawClient(InetSocketAddress address) throws IOException {
        this(new TestBroker.Way(address, false), 0);
    }

    /** @param receiveBytes what the socket may hold unread; 0 for the system's choice */
    RawClient(TestBroker.Way way, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(way.address(), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        if (way.isWebSocket()) {
            RawWebSocket frames = RawWebSocket.open(socket);
            in = frames.input();
            out = frames.output();
        } else {
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }
    }

    /** Logged in with MQTT 3.1.1; fails if it is not let in. */
    static RawClient device(InetSocketAddress address, String device) throws IOException {
        return device(new TestBroker.Way(address, false), device);
    }

    /** The same, on this way. */
    static RawClient device(TestBroker.Way way, String device) throws IOException {
        RawClient client = new RawClient(way);
        client.send(Packets.connect(device).bytes());
        Packet connAck = client.read();
        if (!connAck.is(CONNACK) || connAck.body[1] != 0) {
            throw new IOException("not let in: " + connAck);
        }
        return client;
    }

    RawClient send(byte[]... packets) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] packet : packets) {
            all.write(packet);
        }
        out.write(all.toByteArray());
        return this;
    }

    /** Sends what it can, for those whose connection may be cut meanwhile; returns whether it was not. */
    boolean sendQuietly(byte[]... packets) {
        try {
            send(packets);
            return true;
        } catch (IOException cut) {
            return false;
        }
    }

    Packet read() throws IOException {
        int header = in.read();
        if (header < 0) {
            throw new EOFException("closed");
        }
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.read();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        return new Packet(header, in.readNBytes(length));
    }

    /** Whether the broker closes the connection, whatever it says before. */
    boolean isClosedByBroker() throws IOException {
        try {
            while (in.read() >= 0) {
                // farewells do not count
            }
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Subscribes to one filter at QoS 0 and returns the code of the SUBACK. MQTT 3.1.1. */
    int subscribe(String filter) throws IOException {
        send(Packets.subscribe(1, filter));
        Packet subAck = read();
        if (!subAck.is(SUBACK)) {
            throw new IOException("no SUBACK: " + subAck);
        }
        return subAck.body[2] & 0xFF;
    }

    /** Closes the socket without a word. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }

    /** One packet: its first byte, and what follows the length. */
    static final class Packet {
        private final int header;
        private final byte[] body;

        private Packet(int header, byte[] body) {
            this.header = header;
            this.body = body;
        }

        int header() {
            return header;
        }

        boolean is(int type) {
            return header >> 4 == type;
        }

        int length() {
            return body.length;
        }

        int code(int index) {
            return body[index] & 0xFF;
        }

        /** Whether these bytes follow each other somewhere. */
        boolean contains(int... bytes) {
            for (int start = 0; start + bytes.length <= body.length; start++) {
                int same = 0;
                while (same < bytes.length && code(start + same) == bytes[same]) {
                    same++;
                }
                if (same == bytes.length) {
                    return true;
                }
            }
            return false;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "type " + (header >> 4) + " " + Arrays.toString(body);
        }
    }
}
