package io.bellwire.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
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
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the devices and the broker, and cuts: a device's TCP connection is reset without any farewell, at once
 * or after a while in which it swallows what is sent. Works below MQTT, so any client is cut the same way; it only reads
 * the client id out of the first packet, to know whose connection it is. One thread for all connections. Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CuttingProxy.class);
    private static final int BACKLOG = 4_096;
    /** How exactly the end of a deaf spell is met. */
    private static final int SELECT_MILLIS = 50;

    private final InetSocketAddress broker;
    private final LongSupplier nanos;
    private final Selector selector;
    private final ServerSocketChannel door;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    // the thread's own
    private final Map<String, ProxiedPair> byClient = new HashMap<>();
    private final List<Doomed> doomed = new ArrayList<>();

    private record Doomed(ProxiedPair pair, long atNanos) {}

    /** Listens on a free port of the loopback address. */
    public CuttingProxy(InetSocketAddress broker, LongSupplier nanos) throws IOException {
        this.broker = broker;
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

    /**
     * Cuts the client's connection, if it has one.
     *
     * @param deafMillis how long to swallow all bytes before; 0 to cut at once
     * @param done told whether there was one
     */
    public void cut(String clientId, int deafMillis, Consumer<Boolean> done) {
        commands.add(() -> {
            ProxiedPair pair = byClient.get(clientId);
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
                pair.move(key);
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
            boolean connected = upstream.connect(broker);
            new ProxiedPair(selector, device, upstream, connected, this::named, this::ended);
        } catch (IOException refused) {
            ProxiedPair.closeHard(device);
            ProxiedPair.closeHard(upstream);
        }
    }

    private void named(ProxiedPair pair, String clientId) {
        byClient.put(clientId, pair);
    }

    private void ended(ProxiedPair pair, String clientId) {
        byClient.remove(clientId, pair);
    }
}
