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

/** An MQTT client on a raw socket, which can send any bytes, legal or not, and reads whole packets. Not thread-safe. */
final class RawClient implements AutoCloseable {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int SUBACK = 9;
    static final int UNSUBACK = 11;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    private static final int TIMEOUT_MILLIS = 10_000;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawClient(TestBroker.Endpoint endpoint) throws IOException {
        this(endpoint, 0);
    }

    RawClient(InetSocketAddress address) throws IOException {
        this(new TestBroker.Endpoint(address, false), 0);
    }

    /** @param receiveBytes size of the socket's receive buffer; 0 for the system's default */
    RawClient(TestBroker.Endpoint endpoint, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(endpoint.address(), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        if (endpoint.isWebSocket()) {
            RawWebSocket frames = RawWebSocket.open(socket);
            in = frames.input();
            out = frames.output();
        } else {
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }
    }

    /** Logs in with MQTT 3.1.1; fails if the broker refuses it. */
    static RawClient device(InetSocketAddress address, String device) throws IOException {
        return device(new TestBroker.Endpoint(address, false), device);
    }

    /** The same, on this endpoint. */
    static RawClient device(TestBroker.Endpoint endpoint, String device) throws IOException {
        RawClient client = new RawClient(endpoint);
        client.send(Packets.connect(device).bytes());
        Packet connAck = client.read();
        if (!connAck.is(CONNACK) || connAck.body[1] != 0) {
            throw new IOException("refused: " + connAck);
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

    /** Sends the packets; returns false if the connection was closed meanwhile. */
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

    /** Whether the broker closes the connection, whatever it sends before. */
    boolean isClosedByBroker() throws IOException {
        try {
            while (in.read() >= 0) {
                // ignore the last packets
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

    /** Closes the socket without DISCONNECT. */
    void closeSocket() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        closeSocket();
    }

    /** One packet: its first byte, and the bytes after the length. */
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

        /** Whether the packet contains these bytes in a row. */
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
