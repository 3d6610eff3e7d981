package io.bellwire.broker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket on a raw socket, which can send any frames, legal or not. Each write to its output is a binary frame,
 * or several; its input is the content of the server's binary frames, and ends with a close frame. Not thread-safe.
 */
final class RawWebSocket {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int FINAL = 0x80;

    private static final int FRAME_BYTES = 4096;
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

    private final DataInputStream from;
    private final OutputStream to;
    private int closeStatus;

    private RawWebSocket(Socket socket) throws IOException {
        from = new DataInputStream(socket.getInputStream());
        to = socket.getOutputStream();
    }

    /** Opens a WebSocket for MQTT at {@code /mqtt}; fails if the server refuses it. */
    static RawWebSocket open(Socket socket) throws IOException {
        RawWebSocket frames = new RawWebSocket(socket);
        String answer = frames.exchange(openingRequest("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n"));
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("not opened: " + answer);
        }
        return frames;
    }

    /** A WebSocket that is not open yet; nothing was sent on the socket. */
    static RawWebSocket unopened(Socket socket) throws IOException {
        return new RawWebSocket(socket);
    }

    /** A request that opens a WebSocket, with these headers, each with its line end. */
    static String openingRequest(String path, String headers) {
        return "GET " + path
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
    }

    /** Sends these characters and returns the head of the answer, up to its empty line; empty if there is none. */
    String exchange(String request) throws IOException {
        to.write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        int next;
        while (head.indexOf("\r\n\r\n") < 0 && (next = from.read()) >= 0) {
            head.append((char) next);
        }
        return head.toString();
    }

    /** Sends one frame: its first byte, then its masked payload. */
    void send(int first, byte[] payload) throws IOException {
        to.write(frame(first, payload));
    }

    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length & 0xFF);
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % MASK.length]);
        }
        return frame.toByteArray();
    }

    /** Sends bytes as they are. */
    void sendRaw(byte[] bytes) throws IOException {
        to.write(bytes);
    }

    /** The next frame of the server; null if it has closed the connection without one. */
    Frame read() throws IOException {
        int first = from.read();
        if (first < 0) {
            return null;
        }
        int length = from.readUnsignedByte();
        if (length == 126) {
            length = from.readUnsignedShort();
        }
        byte[] payload = from.readNBytes(length);
        if ((first & 0xF) == CLOSE && payload.length >= 2) {
            closeStatus = ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        }
        return new Frame(first & 0xF, payload);
    }

    /** The status in the server's close frame; 0 if there was none. */
    int closeStatus() {
        return closeStatus;
    }

    /** A frame as it was received. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Frame(int type, byte[] payload) {}

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                for (int at = offset; at < offset + length; at += FRAME_BYTES) {
                    int end = Math.min(offset + length, at + FRAME_BYTES);
                    frames.writeBytes(frame(FINAL | BINARY, java.util.Arrays.copyOfRange(bytes, at, end)));
                }
                to.write(frames.toByteArray());
            }
        };
    }

    InputStream input() {
        return new InputStream() {
            private byte[] content = {};
            private int at;

            @Override
            public int read() throws IOException {
                while (at == content.length) {
                    Frame next = RawWebSocket.this.read();
                    if (next == null || next.type() == CLOSE) {
                        return -1;
                    }
                    content = next.type() == BINARY ? next.payload() : new byte[0];
                    at = 0;
                }
                return content[at++] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                // InputStream's own method hides an exception after the first byte
                for (int i = 0; i < length; i++) {
                    int one = read();
                    if (one < 0) {
                        return i == 0 ? -1 : i;
                    }
                    into[offset + i] = (byte) one;
                }
                return length;
            }
        };
    }
}
