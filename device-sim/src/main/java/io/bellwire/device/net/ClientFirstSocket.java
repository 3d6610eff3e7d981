package io.bellwire.device.net;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

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

    /** A factory that always returns this socket. */
    SocketFactory factory() {
        return new Factory();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Input(super.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream());
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
