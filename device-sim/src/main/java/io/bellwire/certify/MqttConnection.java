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
 * One MQTT connection, by hand: a client library would not send what a server must refuse, and would hide what it
 * answers. Not thread-safe, but for {@link #close}.
 */
final class MqttConnection implements AutoCloseable {
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;
    private static final int PACKET_BYTES_MAX = 64 << 10;

    private final MqttVersion version;
    private final Duration patience;
    private final MqttWire wire;
    private final DataInputStream in;
    /** Signals that came while something else was waited for. */
    private final Queue<ReceivedMessage> early = new ArrayDeque<>();

    /** @param patience how long to wait for what must come */
    MqttConnection(MqttWire wire, MqttVersion version, Duration patience) {
        this.wire = wire;
        this.version = version;
        this.patience = patience;
        in = new DataInputStream(wire.in());
    }

    /** The code of the CONNACK, 0 if let in; {@value #CLOSED} if the connection is closed without one. */
    int connect(ConnectOptions connect) throws Exception {
        return ask(connect.bytes(version), CONNACK, 1);
    }

    /** What {@link #connect} and {@link #subscribe} return if the server closes the connection instead of an answer. */
    static final int CLOSED = -1;

    /** Subscribes to one filter and returns its code in the SUBACK. */
    int subscribe(String filter) throws Exception {
        MqttBytes body = new MqttBytes().number(1);
        if (version == MqttVersion.V5) {
            body.octet(0);
        }
        byte[] packet = body.text(filter).octet(0).packet(0x82);
        // the code of the one filter is the packet's last byte, in both versions
        return ask(packet, SUBACK, -1);
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

    private int ask(byte[] packet, int answer, int codeAt) throws Exception {
        try {
            send(packet);
            while (true) {
                Packet came = read(patience)
                        .orElseThrow(() -> new RuleViolation("an answer of the broker in time", "nothing"));
                if (came.type() == answer) {
                    return came.body[codeAt < 0 ? came.body.length + codeAt : codeAt] & 0xFF;
                }
                keep(came);
            }
        } catch (EOFException | SocketException closed) {
            return CLOSED;
        }
    }

    private void keep(Packet packet) {
        if (packet.type() == PUBLISH) {
            early.add(ReceivedMessage.of(packet.body, version));
        }
    }

    /** The next message, whatever its topic; empty if none comes in that time. Fails if the connection is closed. */
    Optional<ReceivedMessage> hear(Duration wait) throws Exception {
        ReceivedMessage kept = early.poll();
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<Packet> packet = read(wait);
        while (packet.isPresent() && packet.get().type() != PUBLISH) {
            packet = read(wait);
        }
        return packet.map(came -> ReceivedMessage.of(came.body, version));
    }

    /** The next message; fails if none comes. */
    ReceivedMessage hear() throws Exception {
        return hear(patience)
                .orElseThrow(() -> new RuleViolation("a signal within " + patience.toMillis() + " ms", "none"));
    }

    /** The first signal with this revision or a higher one. */
    ReceivedMessage hearRevision(long revision) throws Exception {
        ReceivedMessage heard = hear();
        while (heard.json().path("revision").asLong(-1) < revision) {
            heard = hear();
        }
        return heard;
    }

    /** Whether the server closes this connection, whatever it says before. */
    boolean isClosedByServer() throws IOException {
        try {
            Optional<Packet> packet = read(patience);
            while (packet.isPresent()) {
                packet = read(patience);
            }
            return false;
        } catch (EOFException | SocketException closed) {
            return true;
        }
    }

    private Optional<Packet> read(Duration wait) throws IOException {
        int header;
        try {
            wire.patience(wait);
            header = in.read();
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        }
        if (header < 0) {
            throw new EOFException("the server closed the connection");
        }
        // the rest of a packet follows its first byte
        wire.patience(patience);
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0 && shift < 28);
        if (length > PACKET_BYTES_MAX) {
            throw new IOException("a packet of " + length + " bytes");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return Optional.of(new Packet(header, body));
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException ignored) {
            // nothing hangs on it any more
            return;
        }
    }

    /** What follows the length, with the first byte. */
    private static final class Packet {
        private final int header;
        private final byte[] body;

        Packet(int header, byte[] body) {
            this.header = header;
            this.body = body;
        }

        int type() {
            return header >> 4;
        }
    }
}
