package io.bellwire.certify;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * One MQTT connection without a client library, as a library would not send what a server must refuse, and would hide
 * the server's answer. Not thread-safe, except {@link #close}.
 */
final class MqttConnection implements AutoCloseable {
    private final MqttVersion version;
    private final Duration timeout;
    private final MqttWire wire;
    private final DataInputStream in;
    /** Signals that arrived while another packet was awaited. */
    private final Queue<ReceivedMessage> buffered = new ArrayDeque<>();

    /** @param timeout how long to wait for an expected packet */
    MqttConnection(MqttWire wire, MqttVersion version, Duration timeout) {
        this.wire = wire;
        this.version = version;
        this.timeout = timeout;
        in = new DataInputStream(wire.in());
    }

    /**
     * Connects and returns the code of the CONNACK, 0 if accepted; {@value #CLOSED} if the connection is closed without
     * one.
     */
    int connect(ConnectOptions connect) throws Exception {
        return request(connect.bytes(version), MqttPacket.CONNACK, 1);
    }

    /** Returned by {@link #connect} and {@link #subscribe} if the server closes the connection without an answer. */
    static final int CLOSED = -1;

    /** Subscribes to one filter and returns its code in the SUBACK. */
    int subscribe(String filter) throws Exception {
        MqttBytes body = new MqttBytes().number(1);
        if (version == MqttVersion.V5) {
            body.octet(0);
        }
        byte[] packet = body.text(filter).octet(0).packet(0x82);
        // the filter's code is the packet's last byte, in both versions
        return request(packet, MqttPacket.SUBACK, -1);
    }

    /** Publishes with QoS 0. */
    void publish(String topic, String payload) throws IOException {
        MqttBytes body = new MqttBytes().text(topic);
        if (version == MqttVersion.V5) {
            body.octet(0);
        }
        send(body.raw(payload.getBytes(StandardCharsets.UTF_8)).packet(0x30));
    }

    private void send(byte[] packet) throws IOException {
        wire.send(packet);
    }

    private int request(byte[] packet, int answer, int codeAt) throws Exception {
        try {
            send(packet);
            while (true) {
                MqttPacket received = read(timeout)
                        .orElseThrow(() -> new RuleViolation("an answer of the broker in time", "nothing"));
                if (received.type() == answer) {
                    return code(received.body(), codeAt);
                }
                buffer(received);
            }
        } catch (EOFException | SocketException closed) {
            return CLOSED;
        }
    }

    /** @param at index in the body, from its end if negative */
    private static int code(byte[] body, int at) {
        return body[at < 0 ? body.length + at : at] & 0xFF;
    }

    private void buffer(MqttPacket packet) {
        if (packet.type() == MqttPacket.PUBLISH) {
            buffered.add(ReceivedMessage.of(packet.body(), version));
        }
    }

    /** The next message on any topic; empty if none comes in that time. Fails if the connection is closed. */
    Optional<ReceivedMessage> nextMessage(Duration wait) throws Exception {
        ReceivedMessage earlier = buffered.poll();
        if (earlier != null) {
            return Optional.of(earlier);
        }
        Optional<MqttPacket> packet = read(wait);
        while (packet.isPresent() && packet.get().type() != MqttPacket.PUBLISH) {
            packet = read(wait);
        }
        return packet.map(received -> ReceivedMessage.of(received.body(), version));
    }

    /** The next message; fails if none comes. */
    ReceivedMessage nextSignal() throws Exception {
        return nextMessage(timeout)
                .orElseThrow(() -> new RuleViolation("a signal within " + timeout.toMillis() + " ms", "none"));
    }

    /** The next message with this revision or a higher one. */
    ReceivedMessage awaitRevision(long revision) throws Exception {
        ReceivedMessage signal = nextSignal();
        while (signal.json().path("revision").asLong(-1) < revision) {
            signal = nextSignal();
        }
        return signal;
    }

    /** Whether the server closes this connection in time; packets before that are ignored. */
    boolean isClosedByServer() throws IOException {
        try {
            Optional<MqttPacket> packet = read(timeout);
            while (packet.isPresent()) {
                packet = read(timeout);
            }
            return false;
        } catch (EOFException | SocketException closed) {
            return true;
        }
    }

    private Optional<MqttPacket> read(Duration wait) throws IOException {
        int header;
        try {
            wire.setReadTimeout(wait);
            header = in.read();
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        }
        if (header < 0) {
            throw new EOFException("the server closed the connection");
        }
        // the rest of a packet follows its first byte
        wire.setReadTimeout(timeout);
        return Optional.of(MqttPacket.readAfter(header, in));
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException ignored) {
            // the connection is no longer used
            return;
        }
    }
}
