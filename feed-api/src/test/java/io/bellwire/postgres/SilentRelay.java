package io.bellwire.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Relays between two sides until it is silenced: then it reads what they send, passes on nothing, and closes no
 * connection, like the network in front of a machine that has vanished. Thread-safe.
 */
final class SilentRelay implements AutoCloseable {
    private final ServerSocket entrance;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean silent;

    /** Connects to a server on this machine. */
    SilentRelay(int port) throws IOException {
        this.port = port;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    void becomeSilent() {
        silent = true;
    }

    /** For connections that are opened from now on. */
    void relayAgain() {
        close(sockets);
        silent = false;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = entrance.accept();
                Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.addAll(List.of(from, to));
                start(() -> relay(from, to));
                start(() -> relay(to, from));
            }
        } catch (IOException closed) {
            close(sockets);
        }
    }

    private void relay(Socket from, Socket to) {
        byte[] bytes = new byte[8_192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (!silent) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException ended) {
            sockets.removeAll(List.of(from, to));
        }
    }

    private static void close(List<Socket> ended) {
        for (Socket socket : ended) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        close(sockets);
    }
}
