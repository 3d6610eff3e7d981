package io.moquette.broker;

import io.bellwire.runtime.OutOfMemory;
import io.moquette.interception.BrokerInterceptor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette's session loops, which here outlive what is thrown in them. A loop of Moquette's own ends with the first
 * command that throws, and serves none of its devices thrown more. Here a command that throws is reported and counts as
 * done: its future completes, and the caller that routed it learns from what was sent to the client whether it
 * worked. The loop does not close the client's connection, because the client id may belong to a newer connection by
 * then.
 *
 * <p>A loop runs one command at a time, in its turn. A caller may take the turn of a loop that is idle and whose
 * queue is empty, which saves waking a thread: so a caller never gets ahead of a command that was routed before, and
 * callers that follow each other cannot keep commands waiting. Thread-safe.
 */
@NullMarked
final class SessionLoops extends SessionEventLoopGroup {
    private final BiConsumer<String, Throwable> onThrown;
    /** One lock for each loop; the thread that holds it has the loop's turn. */
    private final ReentrantLock[] turns = new ReentrantLock[getEventLoopCount()];
    /** How many commands each loop has in its queue or is running. */
    private final AtomicIntegerArray routed = new AtomicIntegerArray(getEventLoopCount());

    private final AtomicLongArray done = new AtomicLongArray(getEventLoopCount());

    /** @param onThrown called with the command and its throwable, on the thread that ran the command; must not throw */
    SessionLoops(BrokerInterceptor interceptor, int queueSize, BiConsumer<String, Throwable> onThrown) {
        super(interceptor, queueSize);
        this.onThrown = onThrown;
        for (int i = 0; i < turns.length; i++) {
            turns[i] = new ReentrantLock();
        }
    }

    /** Moquette's own uses Math.abs, which is negative for ids whose hash is Integer.MIN_VALUE. */
    @Override
    int targetQueueOrdinal(String clientId) {
        return Math.floorMod(clientId.hashCode(), getEventLoopCount());
    }

    /** A caller that has the turn runs the command at once; if that throws, the command counts as not routed. */
    @Override
    public PostOffice.RouteResult routeCommand(String clientId, String action, Callable<Void> command) {
        int loop = targetQueueOrdinal(clientId);
        if (!turns[loop].isHeldByCurrentThread()) {
            return enqueue(loop, clientId, action, command);
        }
        return runSafely(action, command)
                ? PostOffice.RouteResult.success(clientId, CompletableFuture.completedFuture(clientId))
                : PostOffice.RouteResult.failed(clientId, action);
    }

    private PostOffice.RouteResult enqueue(int loop, String clientId, String action, Callable<Void> command) {
        routed.incrementAndGet(loop);
        PostOffice.RouteResult result = super.routeCommand(clientId, action, () -> inTurn(loop, action, command));
        if (!result.isSuccess()) {
            routed.decrementAndGet(loop);
        }
        return result;
    }

    /**
     * Runs the command at once, on this thread, if the loop is idle; else routes it. Returns false if the queue is
     * full.
     */
    boolean runOrRoute(String clientId, String action, Callable<Void> command) {
        int loop = targetQueueOrdinal(clientId);
        if (routed.get(loop) > 0 || !turns[loop].tryLock()) {
            return routeCommand(clientId, action, command).isSuccess();
        }
        try {
            runSafely(action, command);
        } finally {
            turns[loop].unlock();
        }
        return true;
    }

    @SuppressWarnings("NullAway") // Void has no value
    private Void inTurn(int loop, String action, Callable<Void> command) {
        turns[loop].lock();
        try {
            runSafely(action, command);
        } finally {
            turns[loop].unlock();
            routed.decrementAndGet(loop);
            done.incrementAndGet(loop);
        }
        return null;
    }

    /** How many commands the loop has done on its own thread. */
    long commandsDone(int loop) {
        return done.get(loop);
    }

    /** Runs the command; returns false if it has thrown. */
    @SuppressWarnings("CatchingUnchecked") // a throwable that leaves this method ends the loop
    boolean runSafely(String action, Callable<?> command) {
        try {
            command.call();
            return true;
        } catch (Throwable thrown) {
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // the loops are being closed
            }
            OutOfMemory.report(thrown);
            onThrown.accept(action, thrown);
            return false;
        }
    }
}
