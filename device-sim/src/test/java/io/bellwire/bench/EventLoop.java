package io.bellwire.bench;

import io.bellwire.device.net.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One thread for the sockets, timers and tasks of a whole fleet, so that thousands of devices cost the load generator
 * little and the server's work dominates. Thread-safe, except {@link #open}.
 */
final class EventLoop implements Executor, Timers, AutoCloseable {
    private static final int BACKLOG = 8_192;
    private static final int READ_BYTES = 1 << 18;

    private final Selector selector = Selector.open();
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;
    private volatile Runnable turnEnd = () -> {};
    private volatile boolean closed;

    // below: used only by the thread
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final byte[] readBytes = new byte[READ_BYTES];

    /** A channel whose key the selector has selected. */
    @FunctionalInterface
    private interface Ready {
        void ready() throws IOException;
    }

    private static final class Alarm implements Comparable<Alarm> {
        final long atMillis;
        volatile Runnable task;

        Alarm(long atMillis, Runnable task) {
            this.atMillis = atMillis;
            this.task = task;
        }

        @Override
        public int compareTo(Alarm other) {
            return Long.compare(atMillis, other.atMillis);
        }
    }

    /** Runs on a daemon thread. */
    EventLoop(String name) throws IOException {
        this(name, true);
    }

    EventLoop(String name, boolean daemon) throws IOException {
        thread = new Thread(this::run, name);
        thread.setDaemon(daemon);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            tasks.add(task);
            return;
        }
        submitted.add(task);
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    @Override
    public long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public ScheduledTask after(long delayMillis, Runnable task) {
        Alarm alarm = new Alarm(nowMillis() + delayMillis, task);
        execute(() -> alarms.add(alarm));
        return () -> alarm.task = null;
    }

    /** Runs {@code task} each time after all readable sockets have been read. */
    void atTurnEnd(Runnable task) {
        turnEnd = task;
    }

    /** Connects. Used on the loop's thread. The listener is notified of a refusal later, as of a lost connection. */
    LoopConnection open(InetSocketAddress server, LoopConnection.Listener listener) {
        try {
            SocketChannel channel = SocketChannel.open();
            LoopConnection connection = connection(channel, SelectionKey.OP_CONNECT, anyWire -> listener);
            try {
                if (channel.connect(server)) {
                    connection.connected();
                }
            } catch (IOException refused) { // a closed port of this machine refuses at once
                execute(() -> connection.lost(refused.toString()));
            }
            return connection;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Listens on 127.0.0.1.
     *
     * @param port 0 for a free one
     * @return the port
     */
    int listen(int port, Function<LoopConnection, LoopConnection.Listener> accepted) throws IOException {
        return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), accepted);
    }

    /** Listens on this address; returns the port. */
    int listen(InetSocketAddress address, Function<LoopConnection, LoopConnection.Listener> accepted)
            throws IOException {
        ServerSocketChannel serverChannel = ServerSocketChannel.open();
        serverChannel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        serverChannel.bind(address, BACKLOG);
        serverChannel.configureBlocking(false);
        Ready accept = () -> {
            for (SocketChannel channel = serverChannel.accept(); channel != null; channel = serverChannel.accept()) {
                connection(channel, SelectionKey.OP_READ, accepted);
            }
        };
        execute(() -> register(serverChannel, accept));
        return ((InetSocketAddress) serverChannel.getLocalAddress()).getPort();
    }

    private void register(ServerSocketChannel serverChannel, Ready accept) {
        try {
            serverChannel.register(selector, SelectionKey.OP_ACCEPT, accept);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private LoopConnection connection(
            SocketChannel channel, int operations, Function<LoopConnection, LoopConnection.Listener> listener)
            throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.register(selector, operations);
        LoopConnection connection = new LoopConnection(channel, key, readBytes, listener);
        key.attach((Ready) connection::ready);
        return connection;
    }

    private void run() {
        try {
            while (!closed) {
                work();
                listen(alarms.isEmpty() ? 1_000 : alarms.peek().atMillis - nowMillis());
                turnEnd.run();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException | RuntimeException bug) {
            bug.printStackTrace(); // without this thread the benchmark would never end
            System.exit(1);
        }
    }

    private void listen(long millis) throws IOException {
        if (!submitted.isEmpty() || millis <= 0) {
            selector.selectNow();
        } else {
            selector.select(millis);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Ready) key.attachment()).ready();
            runAll(); // tasks from one connection run before the next connection is read
        }
        selector.selectedKeys().clear();
    }

    private void work() {
        woken.set(false);
        for (Runnable next = submitted.poll(); next != null; next = submitted.poll()) {
            tasks.add(next);
        }
        long now = nowMillis();
        while (!alarms.isEmpty() && alarms.peek().atMillis <= now) {
            Runnable due = alarms.poll().task;
            if (due != null) {
                tasks.add(due);
            }
        }
        runAll();
    }

    private void runAll() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
    }

    /** Ends the thread soon, and closes every connection. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
