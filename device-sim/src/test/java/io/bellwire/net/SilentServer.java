package io.bellwire.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections, reads what is said on them, and says nothing. Thread-safe. */
final class SilentServer implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    SilentServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** How many have come. */
    int accepted() {
        return accepted.get();
    }

    /** How many of them have closed their connections. */
    int left() {
        return left.get();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "silent-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket caller = socket.accept();
                accepted.incrementAndGet();
                start(() -> read(caller));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void read(Socket caller) {
        try (caller) {
            while (caller.getInputStream().read() >= 0) {}
        } catch (IOException reset) {
            // that is one way to leave
        }
        left.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
