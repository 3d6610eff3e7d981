package io.bellwire.bench;

import io.bellwire.net.Timers;
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
 * One thread for the sockets, timers and tasks of a whole fleet: so that what thousands of devices cost is what their
 * server does for them, and not what their clients do. Thread-safe, except for {@link #open}.
 */
final class Loop implements Executor, Timers, AutoCloseable {
    private static final int BACKLOG = 8_192;
    private static final int READ_BYTES = 1 << 18;

    private final Selector selector = Selector.open();
    private final Queue<Runnable> handedIn = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;
    private volatile Runnable turnEnd = () -> {};
    private volatile boolean closed;

    // the thread's own
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final byte[] readBytes = new byte[READ_BYTES];

    /** A channel that the selector found something to do for. */
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

    /** Its thread keeps no process alive. */
    Loop(String name) throws IOException {
        this(name, true);
    }

    Loop(String name, boolean daemon) throws IOException {
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
        handedIn.add(task);
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    @Override
    public long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public Pending after(long delayMillis, Runnable task) {
        Alarm alarm = new Alarm(nowMillis() + delayMillis, task);
        execute(() -> alarms.add(alarm));
        return () -> alarm.task = null;
    }

    /** Runs {@code task} whenever all sockets that had something to read have been read. */
    void atTurnEnd(Runnable task) {
        turnEnd = task;
    }

    /** Connects. On the loop's thread. The ear hears of a refusal later, as of a connection that is lost. */
    Wire open(InetSocketAddress server, Wire.Ear ear) {
        try {
            SocketChannel channel = SocketChannel.open();
            Wire wire = wire(channel, SelectionKey.OP_CONNECT, anyWire -> ear);
            try {
                if (channel.connect(server)) {
                    wire.connected();
                }
            } catch (IOException refused) { // a closed port of this machine refuses at once
                execute(() -> wire.lost(refused.toString()));
            }
            return wire;
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
    int listen(int port, Function<Wire, Wire.Ear> accepted) throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open();
        door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        door.configureBlocking(false);
        Ready accept = () -> {
            for (SocketChannel channel = door.accept(); channel != null; channel = door.accept()) {
                wire(channel, SelectionKey.OP_READ, accepted);
            }
        };
        execute(() -> register(door, accept));
        return ((InetSocketAddress) door.getLocalAddress()).getPort();
    }

    private void register(ServerSocketChannel door, Ready accept) {
        try {
            door.register(selector, SelectionKey.OP_ACCEPT, accept);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Wire wire(SocketChannel channel, int operations, Function<Wire, Wire.Ear> ear) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.register(selector, operations);
        Wire wire = new Wire(channel, key, readBytes, ear);
        key.attach((Ready) wire::ready);
        return wire;
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
            bug.printStackTrace(); // without this thread nothing would ever come to an end
            System.exit(1);
        }
    }

    private void listen(long millis) throws IOException {
        if (!handedIn.isEmpty() || millis <= 0) {
            selector.selectNow();
        } else {
            selector.select(millis);
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Ready) key.attachment()).ready();
            runAll(); // what a wire has brought is done before the next one is looked at
        }
        selector.selectedKeys().clear();
    }

    private void work() {
        woken.set(false);
        for (Runnable next = handedIn.poll(); next != null; next = handedIn.poll()) {
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

    /** Ends the thread soon, and every connection with it. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
