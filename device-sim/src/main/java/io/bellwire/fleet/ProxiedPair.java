package io.bellwire.fleet;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection and the one to the server that belongs to it. What one side does not take at once is held, and
 * no more is read from the other until it has. Belongs to the proxy's thread.
 */
final class ProxiedPair {
    private final SocketChannel device;
    private final SocketChannel server;
    private final SelectionKey deviceKey;
    private final SelectionKey serverKey;
    private final ConnectionNamer names;
    private final CuttingProxy proxy;
    /** Held for the server, or for the device; null most of the time. */
    private @Nullable ByteBuffer up;

    private @Nullable ByteBuffer down;
    private @Nullable String name;
    private boolean connected;
    private boolean deaf;
    private boolean open = true;

    /** Registers both channels; they are closed together from here on. */
    ProxiedPair(
            CuttingProxy proxy,
            Selector selector,
            SocketChannel device,
            SocketChannel server,
            boolean connected,
            ConnectionNamer names)
            throws IOException {
        this.proxy = proxy;
        this.device = device;
        this.server = server;
        this.connected = connected;
        this.names = names;
        this.deviceKey = device.register(selector, 0, this);
        this.serverKey = server.register(selector, 0, this);
        interests();
    }

    boolean isOpen() {
        return open;
    }

    boolean isDeaf() {
        return deaf;
    }

    @Nullable String name() {
        return name;
    }

    /** From now on swallows whatever comes, both ways. */
    void deafen() {
        deaf = true;
        up = null;
        down = null;
        interests();
    }

    /** Resets both connections. */
    void cut() {
        if (!open) {
            return;
        }
        open = false;
        closeHard(device);
        closeHard(server);
        proxy.ended(this);
    }

    /** Moves what can be moved, by way of {@code buffer}. */
    void move(SelectionKey key, ByteBuffer buffer) {
        try {
            if (key == serverKey && key.isConnectable()) {
                connected = server.finishConnect();
                // What happens on the loopback when nobody listens and the port drawn is the one dialled.
                if (connected && server.getLocalAddress().equals(server.getRemoteAddress())) {
                    throw new IOException("connected to itself");
                }
            }
            if (key == deviceKey && key.isReadable() && read(device, buffer)) {
                proxy.countUp(buffer.remaining());
                look(buffer);
                up = deaf ? null : pass(buffer, server);
            }
            if (key == serverKey && key.isReadable() && read(server, buffer)) {
                proxy.countDown(buffer.remaining());
                down = deaf ? null : pass(buffer, device);
            }
            if (key == serverKey && key.isWritable()) {
                up = passOn(up, server);
            }
            if (key == deviceKey && key.isWritable()) {
                down = passOn(down, device);
            }
            interests();
        } catch (IOException gone) {
            cut();
        }
    }

    private void look(ByteBuffer bytes) {
        names.look(bytes);
        String found = names.name();
        if (found != null && !found.equals(name)) {
            proxy.renamed(this, found);
            name = found;
        }
    }

    /** Whether there is something in {@code into}, which is ready to be read then. */
    private static boolean read(SocketChannel from, ByteBuffer into) throws IOException {
        into.clear();
        if (from.read(into) < 0) {
            throw new IOException("closed");
        }
        return into.flip().hasRemaining();
    }

    /** Null, or what has to be held. */
    private static @Nullable ByteBuffer pass(ByteBuffer from, SocketChannel to) throws IOException {
        if (to.isConnected()) {
            to.write(from);
        }
        return from.hasRemaining()
                ? ByteBuffer.allocate(from.remaining()).put(from).flip()
                : null;
    }

    private static @Nullable ByteBuffer passOn(@Nullable ByteBuffer held, SocketChannel to) throws IOException {
        if (held == null) {
            return null;
        }
        to.write(held);
        return held.hasRemaining() ? held : null;
    }

    private void interests() {
        if (!open || !deviceKey.isValid() || !serverKey.isValid()) {
            return;
        }
        int fromDevice = up == null ? SelectionKey.OP_READ : 0;
        int fromServer = down == null ? SelectionKey.OP_READ : 0;
        int toDevice = down == null ? 0 : SelectionKey.OP_WRITE;
        int toServer = up == null ? 0 : SelectionKey.OP_WRITE;
        set(deviceKey, fromDevice | toDevice);
        set(serverKey, connected ? fromServer | toServer : SelectionKey.OP_CONNECT);
    }

    /** To set what is set already costs a system call. */
    private static void set(SelectionKey key, int operations) {
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
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
