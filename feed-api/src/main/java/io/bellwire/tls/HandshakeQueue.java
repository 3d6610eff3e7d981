package io.bellwire.tls;

import io.bellwire.admission.ClientAddress;
import io.bellwire.runtime.OutOfMemory;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the costly steps of handshakes, about a millisecond each, on threads of its own, so that they delay no open
 * connection. Addresses take turns: one that begins a thousand handshakes at once delays itself only. As many tasks can
 * wait as there are connections. Thread-safe.
 */
final class HandshakeQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HandshakeQueue.class);

    private final ExecutorService threads;
    /** The address whose turn it is comes first. */
    private final Map<ClientAddress, Queue<Runnable>> waiting = new LinkedHashMap<>();

    private int size;

    HandshakeQueue(int threadsMax) {
        threads = Executors.newFixedThreadPool(threadsMax, task -> {
            Thread thread = new Thread(task, "tls-handshake");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs the task in the turn of its address; discards it if the server is stopping. */
    void execute(ClientAddress from, Runnable task) {
        synchronized (waiting) {
            waiting.computeIfAbsent(from, unused -> new ArrayDeque<>()).add(task);
            size++;
        }
        try {
            threads.execute(this::runNext);
        } catch (RejectedExecutionException stopping) {
            return; // the connections are closed as well
        }
    }

    private void runNext() {
        try {
            next().run();
        } catch (Throwable e) { // whatever is thrown: the thread must go on
            OutOfMemory.report(e);
            log.error("a step of a TLS handshake has failed", e);
        }
    }

    /** There is one for each call of {@link #execute}. */
    private Runnable next() {
        synchronized (waiting) {
            Iterator<Map.Entry<ClientAddress, Queue<Runnable>>> first =
                    waiting.entrySet().iterator();
            Map.Entry<ClientAddress, Queue<Runnable>> turn = first.next();
            ClientAddress from = turn.getKey();
            Queue<Runnable> tasks = turn.getValue();
            first.remove();
            Runnable task = tasks.remove();
            size--;
            if (!tasks.isEmpty()) {
                waiting.put(from, tasks); // at the end
            }
            return task;
        }
    }

    /** How many tasks wait. */
    int size() {
        synchronized (waiting) {
            return size;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
