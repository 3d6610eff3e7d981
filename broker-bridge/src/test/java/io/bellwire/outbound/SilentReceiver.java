package io.bellwire.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts connections on all addresses of this machine, holds them, and says nothing. One thread for all. */
final class SilentReceiver implements AutoCloseable {
    private static final int BACKLOG = 4_096;

    private final ServerSocket listener = new ServerSocket();
    private final List<Socket> held = new CopyOnWriteArrayList<>();

    SilentReceiver() throws IOException {
        listener.bind(new InetSocketAddress("0.0.0.0", 0), BACKLOG);
        Thread accepting = new Thread(
                () -> {
                    try {
                        while (true) {
                            held.add(listener.accept());
                        }
                    } catch (IOException closed) {
                        listener.isClosed();
                    }
                },
                "silent-receiver");
        accepting.setDaemon(true);
        accepting.start();
    }

    URI url(String host) {
        return URI.create("http://" + host + ":" + listener.getLocalPort() + "/");
    }

    /** Connections so far. */
    int held() {
        return held.size();
    }

    /** Closes all connections. */
    void drop() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        drop();
    }
}
