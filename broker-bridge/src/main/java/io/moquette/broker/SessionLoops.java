package io.moquette.broker;

import io.bellwire.log.OutOfMemory;
import io.moquette.interception.BrokerInterceptor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette's session loops, made to outlive what is thrown in them. A loop of Moquette's own ends with the first command
 * that throws, and with it every device that hashes to it. Here a command that throws is reported and counts as done: its
 * future completes, and who routed it looks at what was sent to the client to learn whether it worked. The client is left
 * alone, because by then its id may belong to a newer connection.
 *
 * <p>One command of a loop runs at a time, in its turn. A loop that has nothing to do, and nothing in its queue, can give
 * its turn to a caller, which saves waking a thread: so no caller gets ahead of a command that was routed before, and
 * commands cannot be kept waiting by callers that come one after the other. Thread-safe.
 */
@NullMarked
final class SessionLoops extends SessionEventLoopGroup {
    private final BiConsumer<String, Throwable> thrown;
    /** Whoever holds a loop's lock has its turn. */
    private final ReentrantLock[] turns = new ReentrantLock[getEventLoopCount()];
    /** How many commands each loop has in its queue or is busy with. */
    private final AtomicIntegerArray routed = new AtomicIntegerArray(getEventLoopCount());

    /** @param thrown told which command threw what, on the thread that has run it; must not throw itself */
    SessionLoops(BrokerInterceptor interceptor, int queueSize, BiConsumer<String, Throwable> thrown) {
        super(interceptor, queueSize);
        this.thrown = thrown;
        for (int i = 0; i < turns.length; i++) {
            turns[i] = new ReentrantLock();
        }
    }

    /** Moquette's own takes Math.abs, which is negative for ids whose hash is Integer.MIN_VALUE. */
    @Override
    int targetQueueOrdinal(String clientId) {
        return Math.floorMod(clientId.hashCode(), getEventLoopCount());
    }

    /** A command that its caller runs at once, because it has the turn, and that throws, counts as not routed. */
    @Override
    public PostOffice.RouteResult routeCommand(String clientId, String action, Callable<Void> command) {
        int loop = targetQueueOrdinal(clientId);
        if (!turns[loop].isHeldByCurrentThread()) {
            return enqueue(loop, clientId, action, command);
        }
        return contain(action, command)
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

    /** Runs it at once, on this thread, if the loop has nothing to do; else routes it. Returns false if the queue is full. */
    boolean runOrRoute(String clientId, String action, Callable<Void> command) {
        int loop = targetQueueOrdinal(clientId);
        if (routed.get(loop) > 0 || !turns[loop].tryLock()) {
            return routeCommand(clientId, action, command).isSuccess();
        }
        try {
            contain(action, command);
        } finally {
            turns[loop].unlock();
        }
        return true;
    }

    @SuppressWarnings("NullAway") // Void has no value
    private Void inTurn(int loop, String action, Callable<Void> command) {
        turns[loop].lock();
        try {
            contain(action, command);
        } finally {
            turns[loop].unlock();
            routed.decrementAndGet(loop);
        }
        return null;
    }

    /** Runs it; returns whether it has not thrown. */
    @SuppressWarnings("CatchingUnchecked") // whatever gets past here ends the loop
    boolean contain(String action, Callable<?> command) {
        try {
            command.call();
            return true;
        } catch (Throwable any) {
            if (any instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // the loops are being ended
            }
            OutOfMemory.tell(any);
            thrown.accept(action, any);
            return false;
        }
    }
}
