package io.bellwire.certify;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** What carries the bytes of one MQTT connection. Not thread-safe, but for {@link #close}. */
interface MqttWire extends Closeable {
    /** What the server sends; a read that has to wait longer than agreed fails with a socket's time-out. */
    InputStream in();

    /** How long a read may wait from now on. */
    void patience(Duration wait) throws IOException;

    void send(byte[] packet) throws IOException;

    /** Over TCP. */
    static MqttWire tcp(InetSocketAddress broker, Duration patience) throws IOException {
        Socket socket = new Socket();
        socket.connect(broker, (int) patience.toMillis());
        socket.setTcpNoDelay(true);
        InputStream in = socket.getInputStream();
        return new MqttWire() {
            @Override
            public InputStream in() {
                return in;
            }

            @Override
            public void patience(Duration wait) throws IOException {
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
