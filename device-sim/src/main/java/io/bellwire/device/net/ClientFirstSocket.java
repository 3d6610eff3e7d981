package io.bellwire.device.net;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A socket for a protocol in which the client sends first: each read waits until a write was tried. Without that, Paho
 * can wait for ever: it starts its receiver before it sends CONNECT, and then waits for the receiver to start, which
 * has ended already if the connection was reset at once (a proxy without its server does that) or closed by this side.
 * Thread-safe.
 */
final class ClientFirstSocket extends Socket {
    private final CountDownLatch writeTried = new CountDownLatch(1);
    /** 0 for none. Stored here, because a closed socket throws instead of returning its own. */
    private volatile int readTimeoutMillis;

    private final @Nullable ClientTls tls;
    private volatile @Nullable SSLSocket secured;

    /** @param tls does its handshake when the socket is connected; null for none */
    ClientFirstSocket(@Nullable ClientTls tls) {
        this.tls = tls;
    }

    /** A factory that always returns this socket. */
    SocketFactory factory() {
        return new Factory();
    }

    @Override
    public void connect(SocketAddress server, int timeoutMillis) throws IOException {
        super.connect(server, timeoutMillis);
        if (tls != null) {
            super.setSoTimeout(timeoutMillis);
            secured = TlsSockets.secure(new BelowTls(), (InetSocketAddress) server, tls);
            super.setSoTimeout(readTimeoutMillis);
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        SSLSocket above = secured;
        return new Input(above == null ? super.getInputStream() : above.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        SSLSocket above = secured;
        return new Output(above == null ? super.getOutputStream() : above.getOutputStream());
    }

    private InputStream plainInput() throws IOException {
        return super.getInputStream();
    }

    private OutputStream plainOutput() throws IOException {
        return super.getOutputStream();
    }

    /** This socket as TLS uses it: the server may send at any time. */
    private final class BelowTls extends Socket {
        @Override
        public boolean isConnected() {
            return ClientFirstSocket.this.isConnected();
        }

        @Override
        public boolean isClosed() {
            return ClientFirstSocket.this.isClosed();
        }

        @Override
        public InetAddress getInetAddress() {
            return ClientFirstSocket.this.getInetAddress();
        }

        @Override
        public int getPort() {
            return ClientFirstSocket.this.getPort();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return plainInput();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return plainOutput();
        }

        @Override
        public synchronized int getSoTimeout() throws SocketException {
            return ClientFirstSocket.this.getSoTimeout();
        }

        @Override
        public synchronized void setSoTimeout(int millis) throws SocketException {
            ClientFirstSocket.this.setSoTimeout(millis);
        }

        @Override
        public synchronized void close() throws IOException {
            ClientFirstSocket.this.close();
        }
    }

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        super.setSoTimeout(millis);
        readTimeoutMillis = millis;
    }

    private void awaitWrite() throws IOException {
        try {
            int millis = readTimeoutMillis;
            if (millis == 0) {
                writeTried.await();
            } else if (!writeTried.await(millis, TimeUnit.MILLISECONDS)) {
                throw new SocketTimeoutException("nothing was sent within " + millis + " ms");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before anything was sent");
        }
    }

    private final class Input extends FilterInputStream {
        private Input(InputStream in) {
            super(in);
        }

        @Override
        public int available() throws IOException {
            return writeTried.getCount() > 0 ? 0 : super.available();
        }

        @Override
        public int read() throws IOException {
            awaitWrite();
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            awaitWrite();
            return super.read(buffer, offset, length);
        }
    }

    private final class Output extends FilterOutputStream {
        private Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } finally {
                // also after a failure, which the reader has to find out
                writeTried.countDown();
            }
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }
    }

    private final class Factory extends SocketFactory {
        @Override
        public Socket createSocket() {
            return ClientFirstSocket.this;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException("the socket is connected later");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("the socket is connected later");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException("the socket is connected later");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("the socket is connected later");
        }
    }
}
