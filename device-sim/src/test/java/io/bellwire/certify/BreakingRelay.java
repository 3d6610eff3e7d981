package io.bellwire.certify;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A relay between devices and a real broker that edits packets, so that one rule of MQTT is broken. */
final class BreakingRelay implements AutoCloseable {
    private final InetSocketAddress broker;
    private final MqttFault.Kind kind;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    BreakingRelay(InetSocketAddress broker, MqttFault.Kind kind) throws IOException {
        this.broker = broker;
        this.kind = kind;
        threads.execute(this::accept);
    }

    URI address() {
        return URI.create("mqtt://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket device = listener.accept();
                Socket upstream = new Socket();
                sockets.add(device);
                sockets.add(upstream);
                upstream.connect(broker);
                device.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                MqttFault fault = kind.onConnection();
                threads.execute(() -> relay(device, upstream, fault::fromDevice, false));
                threads.execute(() -> relay(upstream, device, fault::fromBroker, fault.keepsOpen()));
            }
        } catch (IOException closed) {
            // closed at the end of the test
            return;
        }
    }

    private interface Edit {
        List<EditableMqttPacket> edit(EditableMqttPacket packet);
    }

    private static void relay(Socket from, Socket to, Edit edit, boolean keepsOpen) {
        try (Socket in = from) {
            DataInputStream packets = new DataInputStream(in.getInputStream());
            OutputStream out = to.getOutputStream();
            while (true) {
                for (EditableMqttPacket packet : edit.edit(EditableMqttPacket.read(packets))) {
                    out.write(packet.bytes());
                }
            }
        } catch (IOException ended) {
            if (!keepsOpen) {
                close(to);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // the socket is no longer used
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(BreakingRelay::close);
        threads.shutdownNow();
    }
}
