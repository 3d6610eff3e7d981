package io.moquette.broker;

import io.bellwire.log.OutOfMemory;
import io.moquette.interception.BrokerInterceptor;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette's session loops, made to outlive what is thrown in them. A loop of Moquette's own ends with the first command
 * that throws, and with it every device that hashes to it. Here a command that throws is reported and counts as done: its
 * future completes, and who routed it looks at what was sent to the client to learn whether it worked. The client is left
 * alone, because by then its id may belong to a newer connection. Thread-safe.
 */
@NullMarked
final class SessionLoops extends SessionEventLoopGroup {
    private final BiConsumer<String, Throwable> thrown;

    /** @param thrown told which command threw what, on the loop's thread; must not throw itself */
    SessionLoops(BrokerInterceptor interceptor, int queueSize, BiConsumer<String, Throwable> thrown) {
        super(interceptor, queueSize);
        this.thrown = thrown;
    }

    /** Moquette's own takes Math.abs, which is negative for ids whose hash is Integer.MIN_VALUE. */
    @Override
    int targetQueueOrdinal(String clientId) {
        return Math.floorMod(clientId.hashCode(), getEventLoopCount());
    }

    @Override
    public PostOffice.RouteResult routeCommand(String clientId, String action, Callable<Void> command) {
        return super.routeCommand(clientId, action, () -> contain(action, command));
    }

    @SuppressWarnings({"CatchingUnchecked", "NullAway"}) // whatever gets past here ends the loop; Void has no value
    private Void contain(String action, Callable<Void> command) {
        try {
            command.call();
        } catch (Throwable any) {
            if (any instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // the loops are being ended
            }
            OutOfMemory.tell(any);
            thrown.accept(action, any);
        }
        return null;
    }
}
