package io.bellwire.net;

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
 * A socket for a protocol in which the client sends first: a read waits until something was written, or could not be. Paho
 * starts its receiver before it sends CONNECT, and waits for ever for one of its parts that has already ended because the
 * connection was reset at once, as it is where a proxy's server is away, or because this side has closed it. Thread-safe.
 */
final class ClientFirstSocket extends Socket {
    private final CountDownLatch written = new CountDownLatch(1);
    /** 0 for none. Kept here, as a closed socket does not tell its own. */
    private volatile int timeoutMillis;

    /** Makes this socket, whatever it is asked for. */
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
        timeoutMillis = millis;
    }

    private void awaitWritten() throws IOException {
        try {
            int millis = timeoutMillis;
            if (millis == 0) {
                written.await();
            } else if (!written.await(millis, TimeUnit.MILLISECONDS)) {
                throw new SocketTimeoutException("nothing was sent yet");
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
            return written.getCount() > 0 ? 0 : super.available();
        }

        @Override
        public int read() throws IOException {
            awaitWritten();
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            awaitWritten();
            return super.read(into, offset, length);
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
                // also if it has failed, which the reader is to find out
                written.countDown();
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
            throw new UnsupportedOperationException("connects later");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("connects later");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException("connects later");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException("connects later");
        }
    }
}
