package io.bellwire.bench;

import io.bellwire.net.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread for the sockets, timers and tasks of a whole fleet: so that what thousands of devices cost is what their
 * server does for them, and not what their clients do. Thread-safe, but for {@link #open}.
 */
final class Loop implements Executor, Timers, AutoCloseable {
    private final Selector selector = Selector.open();
    private final Queue<Runnable> handedIn = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "bench-devices");
    private volatile boolean closed;

    // the thread's own
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();

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

    Loop() throws IOException {
        thread.setDaemon(true);
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

    /** Connects. On the loop's thread. */
    Wire open(InetSocketAddress server, Wire.Ear ear) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            Wire wire = new Wire(channel, key, ear);
            key.attach(wire);
            channel.connect(server);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            while (!closed) {
                work();
                listen(alarms.isEmpty() ? 1_000 : alarms.peek().atMillis - nowMillis());
            }
            selector.keys().forEach(key -> ((Wire) key.attachment()).close());
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
            ((Wire) key.attachment()).ready();
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
