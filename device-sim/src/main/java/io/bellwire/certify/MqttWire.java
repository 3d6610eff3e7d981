package io.bellwire.certify;

import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.TlsSockets;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The transport of one MQTT connection. Not thread-safe, except {@link #close}. */
interface MqttWire extends Closeable {
    /**
     * The bytes that the server sends; a read that waits longer than the read timeout throws
     * {@link java.net.SocketTimeoutException}.
     */
    InputStream in();

    /** Sets how long a read may wait from now on. */
    void setReadTimeout(Duration wait) throws IOException;

    void send(byte[] packet) throws IOException;

    /**
     * A transport over TCP, or TLS.
     *
     * @param tls null for none
     */
    static MqttWire tcp(InetSocketAddress broker, @Nullable ClientTls tls, Duration timeout) throws IOException {
        Socket plain = new Socket();
        plain.connect(broker, (int) timeout.toMillis());
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) timeout.toMillis());
        Socket socket = tls == null ? plain : TlsSockets.secure(plain, broker, tls);
        InputStream in = socket.getInputStream();
        return new MqttWire() {
            @Override
            public InputStream in() {
                return in;
            }

            @Override
            public void setReadTimeout(Duration wait) throws IOException {
                socket.setSoTimeout((int) wait.toMillis());
            }

            @Override
            public void send(byte[] packet) throws IOException {
                socket.getOutputStream().write(packet);
                socket.getOutputStream().flush();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
