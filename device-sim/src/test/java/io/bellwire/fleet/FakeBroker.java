package io.bellwire.fleet;

import io.bellwire.certify.MqttBytes;
import io.bellwire.certify.MqttPacket;
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
        write(
                socket,
                new MqttBytes()
                        .text("bellwire/v1/devices/" + client + "/signal")
                        .octet(0)
                        .raw(payload.getBytes(StandardCharsets.UTF_8))
                        .packet(MqttPacket.PUBLISH << 4));
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
                MqttPacket packet = MqttPacket.read(in);
                switch (packet.type()) {
                    case MqttPacket.CONNECT -> {
                        Optional<String> id = ConnectPacket.clientId(ByteBuffer.wrap(packet.bytes()));
                        client = id.orElseThrow(() -> new IOException("no client id"));
                        // in this order, so that no signal overtakes CONNACK
                        write(socket, new MqttBytes().octet(0).octet(0).octet(0).packet(MqttPacket.CONNACK << 4));
                        Socket before = clients.put(client, socket);
                        if (before != null) {
                            reset(before);
                        }
                    }
                    case MqttPacket.SUBSCRIBE -> {
                        write(socket, granted(packet));
                        onSubscribe.accept(client);
                    }
                    case MqttPacket.PINGREQ -> write(socket, new MqttBytes().packet(MqttPacket.PINGRESP << 4));
                    case MqttPacket.DISCONNECT -> {
                        return;
                    }
                    default -> throw new IOException("unexpected packet of type " + packet.type());
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

    /** SUBACK of MQTT 5 for one filter, with the packet id of the SUBSCRIBE. */
    private static byte[] granted(MqttPacket subscribe) {
        byte[] body = subscribe.body();
        return new MqttBytes().octet(body[0]).octet(body[1]).octet(0).octet(0).packet(MqttPacket.SUBACK << 4);
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
