package io.bellwire.log;

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
 * Hands on what two sides say to each other, until it is deaf: then it reads what they say, hands on nothing, and ends no
 * connection, as the network does before a machine that has vanished. Thread-safe.
 */
final class DeafRelay implements AutoCloseable {
    private final ServerSocket entrance;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean deaf;

    /** To a server on this machine. */
    DeafRelay(int port) throws IOException {
        this.port = port;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    void becomeDeaf() {
        deaf = true;
    }

    /** For connections that are made from now on. */
    void hearAgain() {
        close(sockets);
        deaf = false;
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
                start(() -> handOn(from, to));
                start(() -> handOn(to, from));
            }
        } catch (IOException closed) {
            close(sockets);
        }
    }

    private void handOn(Socket from, Socket to) {
        byte[] bytes = new byte[8_192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (!deaf) {
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
