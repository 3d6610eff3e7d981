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
 * A device's connection and the connection to the server that belongs to it. Bytes that one side does not take at once
 * are held, and no more are read from the other side until they are written. Used only by the proxy's thread.
 */
final class ProxiedPair {
    private final SocketChannel device;
    private final SocketChannel server;
    private final SelectionKey deviceKey;
    private final SelectionKey serverKey;
    private final ConnectionNamer namer;
    private final CuttingProxy proxy;
    /** Bytes held for the server ({@code up}) and for the device ({@code down}); null most of the time. */
    private @Nullable ByteBuffer up;

    private @Nullable ByteBuffer down;
    private @Nullable String name;
    private boolean connected;
    private boolean discarding;
    private boolean open = true;

    /** Registers both channels; this pair closes them together from now on. */
    ProxiedPair(
            CuttingProxy proxy,
            Selector selector,
            SocketChannel device,
            SocketChannel server,
            boolean connected,
            ConnectionNamer namer)
            throws IOException {
        this.proxy = proxy;
        this.device = device;
        this.server = server;
        this.connected = connected;
        this.namer = namer;
        this.deviceKey = device.register(selector, 0, this);
        this.serverKey = server.register(selector, 0, this);
        interests();
    }

    boolean isOpen() {
        return open;
    }

    boolean isDiscarding() {
        return discarding;
    }

    @Nullable String name() {
        return name;
    }

    /** Discards all bytes of both directions from now on. */
    void discardFromNowOn() {
        discarding = true;
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

    /** Moves all bytes that are ready, through {@code buffer}. */
    void move(SelectionKey key, ByteBuffer buffer) {
        try {
            if (key == serverKey && key.isConnectable()) {
                connected = server.finishConnect();
                // On the loopback, a connect to a port without a listener can draw that port as its own.
                if (connected && server.getLocalAddress().equals(server.getRemoteAddress())) {
                    throw new IOException("connected to itself");
                }
            }
            if (key == deviceKey && key.isReadable() && read(device, buffer)) {
                proxy.countUp(buffer.remaining());
                nameBy(buffer);
                up = discarding ? null : pass(buffer, server);
            }
            if (key == serverKey && key.isReadable() && read(server, buffer)) {
                proxy.countDown(buffer.remaining());
                down = discarding ? null : pass(buffer, device);
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

    private void nameBy(ByteBuffer bytes) {
        namer.inspect(bytes);
        String found = namer.name();
        if (found != null && !found.equals(name)) {
            proxy.renamed(this, found);
            name = found;
        }
    }

    /** Reads into {@code into} and flips it; returns whether it holds any bytes. */
    private static boolean read(SocketChannel from, ByteBuffer into) throws IOException {
        into.clear();
        if (from.read(into) < 0) {
            throw new IOException("closed");
        }
        return into.flip().hasRemaining();
    }

    /** Writes {@code from}; returns what could not be written, null if nothing is left. */
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

    /** Setting the operations costs a system call even if they are set already. */
    private static void set(SelectionKey key, int operations) {
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /** Closes with a reset in place of a FIN: bytes under way are lost, as when a router fails. */
    static void closeHard(Channel channel) {
        try (channel) {
            if (channel instanceof SocketChannel socket) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException alreadyClosed) {
            // the channel is closed, as intended
            return;
        }
    }
}
