package io.bellwire.outbound;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.DuplexConnectionPool;

/**
 * The connections to one destination. All pools together keep no connection after its call while there are more than
 * {@code keptMax}: so there are never more than these, and those of calls under way. Thread-safe.
 */
final class KeptConnections extends DuplexConnectionPool {
    private final AtomicInteger all;
    private final int keptMax;

    /** @param all counts the connections of all pools */
    KeptConnections(Destination destination, int connectionsMax, AtomicInteger all, int keptMax) {
        super(destination, connectionsMax);
        this.all = all;
        this.keptMax = keptMax;
    }

    @Override
    protected void onCreated(Connection connection) {
        all.incrementAndGet();
        super.onCreated(connection);
    }

    @Override
    protected void onRemoved(Connection connection) {
        all.decrementAndGet();
        super.onRemoved(connection);
    }

    @Override
    public boolean release(Connection connection) {
        return all.get() <= keptMax && super.release(connection);
    }
}
