package io.bellwire.fleet;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection and the one to the broker that belongs to it, with a bounded buffer each way. Belongs to the
 * proxy's thread.
 */
final class ProxiedPair {
    private static final int BUFFER_BYTES = 8_192;

    private final SocketChannel device;
    private final SocketChannel broker;
    private final SelectionKey deviceKey;
    private final SelectionKey brokerKey;
    private final ByteBuffer up = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer down = ByteBuffer.allocate(BUFFER_BYTES);
    private final BiConsumer<ProxiedPair, String> named;
    private final BiConsumer<ProxiedPair, String> ended;
    private @Nullable String clientId;
    private boolean connected;
    private boolean deaf;
    private boolean open = true;

    /** Registers both channels; they are closed together from here on. */
    ProxiedPair(
            Selector selector,
            SocketChannel device,
            SocketChannel broker,
            boolean connected,
            BiConsumer<ProxiedPair, String> named,
            BiConsumer<ProxiedPair, String> ended)
            throws IOException {
        this.device = device;
        this.broker = broker;
        this.connected = connected;
        this.named = named;
        this.ended = ended;
        this.deviceKey = device.register(selector, 0, this);
        this.brokerKey = broker.register(selector, 0, this);
        interests();
    }

    boolean isOpen() {
        return open;
    }

    boolean isDeaf() {
        return deaf;
    }

    /** From now on swallows whatever comes, both ways. */
    void deafen() {
        deaf = true;
        up.clear();
        down.clear();
        interests();
    }

    /** Resets both connections. */
    void cut() {
        if (!open) {
            return;
        }
        open = false;
        closeHard(device);
        closeHard(broker);
        if (clientId != null) {
            ended.accept(this, clientId);
        }
    }

    /** Moves what can be moved. */
    void move(SelectionKey key) {
        try {
            if (key == brokerKey && key.isConnectable()) {
                connected = broker.finishConnect();
                // What happens on the loopback when nobody listens and the port drawn is the one dialled.
                if (connected && broker.getLocalAddress().equals(broker.getRemoteAddress())) {
                    throw new IOException("connected to itself");
                }
            }
            if (deaf) {
                swallow(key);
                return;
            }
            if (deviceKey.isReadable()) {
                read(device, up);
                name();
            }
            if (connected && brokerKey.isReadable()) {
                read(broker, down);
            }
            if (connected && clientId != null) {
                write(up, broker);
            }
            write(down, device);
            interests();
        } catch (IOException gone) {
            cut();
        }
    }

    private void name() throws IOException {
        if (clientId != null) {
            return;
        }
        ByteBuffer soFar = up.duplicate().flip();
        clientId = ConnectPacket.clientId(soFar).orElse(null);
        if (clientId != null) {
            named.accept(this, clientId);
        } else if (!up.hasRemaining()) {
            throw new IOException("no CONNECT");
        }
    }

    private static void read(SocketChannel from, ByteBuffer into) throws IOException {
        if (into.hasRemaining() && from.read(into) < 0) {
            throw new IOException("closed");
        }
    }

    private static void write(ByteBuffer from, SocketChannel to) throws IOException {
        from.flip();
        if (from.hasRemaining()) {
            to.write(from);
        }
        from.compact();
    }

    private void swallow(SelectionKey key) throws IOException {
        if (key.isReadable()) {
            ByteBuffer bin = ByteBuffer.allocate(BUFFER_BYTES);
            read((SocketChannel) key.channel(), bin);
        }
    }

    private void interests() {
        if (!open || !deviceKey.isValid() || !brokerKey.isValid()) {
            return;
        }
        int fromDevice = up.hasRemaining() ? SelectionKey.OP_READ : 0;
        int fromBroker = down.hasRemaining() ? SelectionKey.OP_READ : 0;
        int toDevice = down.position() > 0 ? SelectionKey.OP_WRITE : 0;
        int toBroker = up.position() > 0 && clientId != null ? SelectionKey.OP_WRITE : 0;
        deviceKey.interestOps(fromDevice | toDevice);
        brokerKey.interestOps(connected ? fromBroker | toBroker : SelectionKey.OP_CONNECT);
    }

    /** Closes without the courtesy of FIN: what was on its way is lost, as when a router dies. */
    static void closeHard(Channel channel) {
        try (channel) {
            if (channel instanceof SocketChannel socket) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException alreadyClosed) {
            // that is what was wanted
            return;
        }
    }
}
