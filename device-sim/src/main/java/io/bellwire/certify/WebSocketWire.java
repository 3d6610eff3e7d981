package io.bellwire.certify;

import io.bellwire.device.net.ClientTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries MQTT in the binary messages of a WebSocket with the subprotocol {@code mqtt}. */
final class WebSocketWire extends InputStream implements MqttWire, WebSocket.Listener {
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private byte[] message = {};
    private int offset;
    private long waitMillis;

    WebSocketWire(URI address, ClientTls tls, Duration timeout) throws RuleViolation {
        this.waitMillis = timeout.toMillis();
        try {
            this.socket = tls.newHttpClient()
                    .newWebSocketBuilder()
                    .connectTimeout(timeout)
                    .subprotocols("mqtt")
                    .buildAsync(address, this)
                    .join();
        } catch (CompletionException refused) {
            throw new RuleViolation("a WebSocket at " + address, String.valueOf(refused.getCause()));
        }
        if (!socket.getSubprotocol().equals("mqtt")) {
            socket.abort();
            throw new RuleViolation("the subprotocol mqtt", "'" + socket.getSubprotocol() + "'");
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        if (bytes.length > 0) {
            received.add(bytes);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        received.add(END);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        received.add(END);
    }

    @Override
    public InputStream in() {
        return this;
    }

    @Override
    public void setReadTimeout(Duration wait) {
        waitMillis = wait.toMillis();
    }

    @Override
    public int read() throws IOException {
        if (offset == message.length) {
            byte[] next;
            try {
                next = received.poll(waitMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException(stopped);
            }
            if (next == null) {
                throw new SocketTimeoutException("nothing within " + waitMillis + " ms");
            }
            if (next.length == 0) {
                received.add(END);
                return -1;
            }
            message = next;
            offset = 0;
        }
        return message[offset++] & 0xFF;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int first = read();
        if (first < 0) {
            return -1;
        }
        into[start] = (byte) first;
        int more = Math.min(length - 1, message.length - offset);
        System.arraycopy(message, offset, into, start + 1, more);
        offset += more;
        return more + 1;
    }

    @Override
    public void send(byte[] packet) throws IOException {
        try {
            socket.sendBinary(ByteBuffer.wrap(packet), true).join();
        } catch (CompletionException closed) {
            throw (IOException) new SocketException("closed").initCause(closed);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
