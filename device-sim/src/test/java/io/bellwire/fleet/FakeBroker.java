package io.bellwire.fleet;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * A minimal MQTT 5 broker for devices: grants every subscription, sends to clients by their id, and closes the earlier
 * connection of the same id.
 */
final class FakeBroker implements AutoCloseable {
    private final ServerSocket listener;
    private final Consumer<String> onSubscribe;
    private final Map<String, Socket> clients = new ConcurrentHashMap<>();
    private final Set<Socket> all = ConcurrentHashMap.newKeySet();

    FakeBroker(int port, Consumer<String> onSubscribe) {
        this.onSubscribe = onSubscribe;
        // Right after a kill, old connections may still hold the port for a moment.
        listener = Awaitility.await().ignoreExceptions().until(() -> bind(port), ServerSocket::isBound);
        daemon(this::accept);
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return socket;
    }

    int port() {
        return listener.getLocalPort();
    }

    Set<String> connected() {
        return clients.keySet();
    }

    void send(String client, String payload) {
        Socket socket = clients.get(client);
        if (socket == null) {
            return;
        }
        byte[] topic = ("bellwire/v1/devices/" + client + "/signal").getBytes(StandardCharsets.UTF_8);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        int length = 2 + topic.length + 1 + body.length;
        ByteBuffer packet = ByteBuffer.allocate(length + 3).put((byte) 0x30);
        if (length >= 128) {
            packet.put((byte) (length % 128 | 0x80)).put((byte) (length / 128));
        } else {
            packet.put((byte) length);
        }
        packet.putShort((short) topic.length).put(topic).put((byte) 0).put(body).flip();
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        write(socket, bytes);
    }

    private static void write(Socket socket, byte... bytes) {
        try {
            synchronized (socket) {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                out.flush();
            }
        } catch (IOException gone) {
            // this broker keeps nothing for an offline client
            return;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                all.add(socket);
                if (listener.isClosed()) {
                    reset(socket); // accepted while the listener was closing
                }
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        String client = null;
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                int type = in.readUnsignedByte();
                ByteBuffer packet = ByteBuffer.allocate(8_200).put((byte) type);
                int length = 0;
                int shift = 0;
                int next;
                do {
                    next = in.readUnsignedByte();
                    packet.put((byte) next);
                    length |= (next & 0x7F) << shift;
                    shift += 7;
                } while ((next & 0x80) != 0);
                byte[] rest = new byte[length];
                in.readFully(rest);
                switch (type & 0xF0) {
                    case 0x10 -> {
                        Optional<String> id =
                                ConnectPacket.clientId(packet.put(rest).flip());
                        client = id.orElseThrow(() -> new IOException("no client id"));
                        // in this order, so that no signal overtakes CONNACK
                        write(socket, (byte) 0x20, (byte) 3, (byte) 0, (byte) 0, (byte) 0);
                        Socket before = clients.put(client, socket);
                        if (before != null) {
                            reset(before);
                        }
                    }
                    case 0x80 -> {
                        write(socket, (byte) 0x90, (byte) 4, rest[0], rest[1], (byte) 0, (byte) 0);
                        onSubscribe.accept(client);
                    }
                    case 0xC0 -> write(socket, (byte) 0xD0, (byte) 0);
                    case 0xE0 -> {
                        return;
                    }
                    default -> throw new IOException("unexpected packet " + type);
                }
            }
        } catch (IOException gone) {
            // the usual end of a connection here
            return;
        } finally {
            all.remove(socket);
            if (client != null) {
                clients.remove(client, socket);
            }
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-broker");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        all.forEach(FakeBroker::reset);
        all.clear();
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
            return;
        }
    }
}
