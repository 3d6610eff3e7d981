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
 * A TCP proxy between the devices and one port of the server. It counts bytes and cuts connections: it resets a
 * device's TCP connection without a FIN, at once or after a while in which it discards all bytes. It works below the
 * application protocol, so that every client is cut in the same way; it reads only the device's name from the bytes, to
 * find the device's connection. One thread serves all connections. Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CuttingProxy.class);
    private static final int BACKLOG = 4_096;
    /** A connection that discards its bytes is cut at most this much late. */
    private static final int SELECT_MILLIS = 50;

    private static final int BUFFER_BYTES = 65_536;

    private final InetSocketAddress server;
    private final Supplier<ConnectionNamer> namers;
    private final LongSupplier nanos;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();
    private volatile boolean closed;
    // below: used only by the proxy's thread
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Map<String, ProxiedPair> byName = new HashMap<>();
    private final List<PendingCut> pendingCuts = new ArrayList<>();

    private record PendingCut(ProxiedPair pair, long atNanos) {}

    /**
     * Listens on a free port of the loopback address.
     *
     * @param namers makes the namer of each connection
     */
    CuttingProxy(InetSocketAddress server, Supplier<ConnectionNamer> namers, LongSupplier nanos) throws IOException {
        this.server = server;
        this.namers = namers;
        this.nanos = nanos;
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::run, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** The address that devices connect to. */
    public InetSocketAddress address() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), listener.socket().getLocalPort());
    }

    /** Bytes that devices have sent, including those on connections that were cut. */
    public long bytesUp() {
        return bytesUp.sum();
    }

    /** Bytes that were sent to devices. */
    public long bytesDown() {
        return bytesDown.sum();
    }

    /**
     * Cuts the device's connection, if it has one.
     *
     * @param discardMillis how long to discard all bytes before the cut; 0 to cut at once
     * @param done called with whether there was a connection to cut
     */
    public void cut(String name, int discardMillis, Consumer<Boolean> done) {
        commands.add(() -> {
            ProxiedPair pair = byName.get(name);
            if (pair == null || !pair.isOpen() || pair.isDiscarding()) {
                done.accept(false);
                return;
            }
            if (discardMillis == 0) {
                pair.cut();
            } else {
                pair.discardFromNowOn();
                pendingCuts.add(new PendingCut(pair, nanos.getAsLong() + discardMillis * 1_000_000L));
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
        ProxiedPair.closeHard(listener);
        try {
            selector.close();
        } catch (IOException ignored) {
            // all its channels are closed already
            return;
        }
    }

    private void turn() throws IOException {
        Runnable command = commands.poll();
        while (command != null) {
            command.run();
            command = commands.poll();
        }
        Iterator<PendingCut> due = pendingCuts.iterator();
        while (due.hasNext()) {
            PendingCut next = due.next();
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
        SocketChannel device = listener.accept();
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
            new ProxiedPair(this, selector, device, upstream, connected, namers.get());
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
