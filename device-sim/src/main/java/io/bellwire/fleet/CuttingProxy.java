package io.bellwire.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the devices and one port of the server, counts the bytes, and cuts: a device's TCP connection is reset
 * without any farewell, at once or after a while in which it swallows what is sent. Works below whatever is spoken, so
 * any client is cut the same way; it only looks for the device's name, to know whose connection it is. One thread for all
 * connections. Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CuttingProxy.class);
    private static final int BACKLOG = 4_096;
    /** How exactly the end of a deaf spell is met. */
    private static final int SELECT_MILLIS = 50;

    private static final int BUFFER_BYTES = 65_536;

    private final InetSocketAddress server;
    private final Supplier<ConnectionNamer> names;
    private final LongSupplier nanos;
    private final Selector selector;
    private final ServerSocketChannel door;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();
    private volatile boolean closed;
    // the thread's own
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Map<String, ProxiedPair> byName = new HashMap<>();
    private final List<Doomed> doomed = new ArrayList<>();

    private record Doomed(ProxiedPair pair, long atNanos) {}

    /**
     * Listens on a free port of the loopback address.
     *
     * @param names one for each connection
     */
    CuttingProxy(InetSocketAddress server, Supplier<ConnectionNamer> names, LongSupplier nanos) throws IOException {
        this.server = server;
        this.names = names;
        this.nanos = nanos;
        selector = Selector.open();
        door = ServerSocketChannel.open();
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::run, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where devices connect to. */
    public InetSocketAddress address() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), door.socket().getLocalPort());
    }

    /** What devices have sent, connections that were cut included. */
    public long bytesUp() {
        return bytesUp.sum();
    }

    /** What devices were sent. */
    public long bytesDown() {
        return bytesDown.sum();
    }

    /**
     * Cuts the device's connection, if it has one.
     *
     * @param deafMillis how long to swallow all bytes before; 0 to cut at once
     * @param done told whether there was one
     */
    public void cut(String name, int deafMillis, Consumer<Boolean> done) {
        commands.add(() -> {
            ProxiedPair pair = byName.get(name);
            if (pair == null || !pair.isOpen() || pair.isDeaf()) {
                done.accept(false);
                return;
            }
            if (deafMillis == 0) {
                pair.cut();
            } else {
                pair.deafen();
                doomed.add(new Doomed(pair, nanos.getAsLong() + deafMillis * 1_000_000L));
            }
            done.accept(true);
        });
        selector.wakeup();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(SELECT_MILLIS);
                turn();
            } catch (IOException | RuntimeException failed) {
                LOG.warn("the proxy goes on after {}", failed.toString());
            }
        }
        for (SelectionKey key : selector.keys()) {
            ProxiedPair.closeHard(key.channel());
        }
        ProxiedPair.closeHard(door);
        try {
            selector.close();
        } catch (IOException ignored) {
            // nothing hangs on it any more
            return;
        }
    }

    private void turn() throws IOException {
        Runnable command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
        Iterator<Doomed> due = doomed.iterator();
        while (due.hasNext()) {
            Doomed next = due.next();
            if (next.atNanos() - nanos.getAsLong() <= 0) {
                next.pair().cut();
                due.remove();
            }
        }
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.isAcceptable()) {
                accept();
            } else if (key.attachment() instanceof ProxiedPair pair) {
                pair.move(key, buffer);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel device = door.accept();
        if (device == null) {
            return;
        }
        device.configureBlocking(false);
        device.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SocketChannel upstream = SocketChannel.open();
        try {
            upstream.configureBlocking(false);
            upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = upstream.connect(server);
            new ProxiedPair(this, selector, device, upstream, connected, names.get());
        } catch (IOException refused) {
            ProxiedPair.closeHard(device);
            ProxiedPair.closeHard(upstream);
        }
    }

    void countUp(int bytes) {
        bytesUp.add(bytes);
    }

    void countDown(int bytes) {
        bytesDown.add(bytes);
    }

    void renamed(ProxiedPair pair, String name) {
        ended(pair);
        byName.put(name, pair);
    }

    void ended(ProxiedPair pair) {
        if (pair.name() != null) {
            byName.remove(pair.name(), pair);
        }
    }
}
