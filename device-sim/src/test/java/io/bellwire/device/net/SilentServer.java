package io.bellwire.device.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts connections, reads them to their end, and sends nothing. Thread-safe. */
final class SilentServer implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger closedByClient = new AtomicInteger();

    SilentServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** How many connections were accepted. */
    int accepted() {
        return accepted.get();
    }

    /** How many of them the clients have closed. */
    int closedByClient() {
        return closedByClient.get();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "silent-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                accepted.incrementAndGet();
                start(() -> read(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void read(Socket client) {
        try (client) {
            while (client.getInputStream().read() >= 0) {}
        } catch (IOException reset) {
            // the same as closed
        }
        closedByClient.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
