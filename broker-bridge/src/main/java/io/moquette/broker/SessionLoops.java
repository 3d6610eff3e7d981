package io.moquette.broker;

import io.bellwire.log.OutOfMemory;
import io.moquette.interception.BrokerInterceptor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette's session loops, made to outlive what is thrown in them. A loop of Moquette's own ends with the first command
 * that throws, and with it every device that hashes to it. Here a command that throws is reported and counts as done: its
 * future completes, and who routed it looks at what was sent to the client to learn whether it worked. The client is left
 * alone, because by then its id may belong to a newer connection.
 *
 * <p>One command of a loop runs at a time, in its turn. A loop that has nothing to do can give its turn to a caller, which
 * saves waking a thread. Thread-safe.
 */
@NullMarked
final class SessionLoops extends SessionEventLoopGroup {
    private final BiConsumer<String, Throwable> thrown;
    /** Whoever holds a loop's lock has its turn. */
    private final ReentrantLock[] turns = new ReentrantLock[getEventLoopCount()];

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
        ReentrantLock turn = turnOf(clientId);
        if (!turn.isHeldByCurrentThread()) {
            return super.routeCommand(clientId, action, () -> inTurn(turn, action, command));
        }
        return contain(action, command)
                ? PostOffice.RouteResult.success(clientId, CompletableFuture.completedFuture(clientId))
                : PostOffice.RouteResult.failed(clientId, action);
    }

    /** Runs it at once, on this thread, if the loop is not busy; else routes it. Returns false if the queue is full. */
    boolean runOrRoute(String clientId, String action, Callable<Void> command) {
        ReentrantLock turn = turnOf(clientId);
        if (!turn.tryLock()) {
            return routeCommand(clientId, action, command).isSuccess();
        }
        try {
            contain(action, command);
        } finally {
            turn.unlock();
        }
        return true;
    }

    private ReentrantLock turnOf(String clientId) {
        return turns[targetQueueOrdinal(clientId)];
    }

    @SuppressWarnings("NullAway") // Void has no value
    private Void inTurn(ReentrantLock turn, String action, Callable<Void> command) {
        turn.lock();
        try {
            contain(action, command);
        } finally {
            turn.unlock();
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
