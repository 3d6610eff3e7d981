package io.bellwire.delivery;

import org.jspecify.annotations.Nullable;

/**
 * How many calls, bytes of their bodies and reads of the store may be under way for all endpoints, and who waits for
 * room. Belongs to the loop of {@link Deliveries}; the counts can be read by all.
 */
final class CallCapacity {
    private final DeliveryOptions options;
    private final FairLimit forCalls = new FairLimit(this::roomForCalls);
    private final FairLimit forLoads = new FairLimit(this::roomForLoads);
    private volatile long bytes;
    private volatile int calls;
    private int loads;

    CallCapacity(DeliveryOptions options) {
        this.options = options;
    }

    /** One body may take the bytes past their maximum. */
    private int roomForCalls() {
        return bytes < options.inFlightBytesMax() ? options.inFlightCallsMax() - calls : 0;
    }

    private int roomForLoads() {
        return options.loadsMax() - loads;
    }

    /** Whether the endpoint may begin a call; if not, it waits. */
    boolean admitsCall(TrackedEndpoint endpoint) {
        return forCalls.admits(endpoint);
    }

    /** Whether the endpoint may begin to read the store; if not, it waits. */
    boolean admitsLoad(TrackedEndpoint endpoint) {
        return forLoads.admits(endpoint);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void callBegun(int length) {
        calls++;
        bytes += length;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void callEnded(int length) {
        calls--;
        bytes -= length;
    }

    void loadBegun() {
        loads++;
    }

    void loadEnded() {
        loads--;
    }

    /** An endpoint that has waited and gets a turn now; null if there is none, or no room. */
    @Nullable TrackedEndpoint nextWaiting() {
        TrackedEndpoint endpoint = forCalls.next();
        return endpoint == null ? forLoads.next() : endpoint;
    }

    /** The endpoint makes no more calls. */
    void forget(TrackedEndpoint endpoint) {
        forCalls.forget(endpoint);
        forLoads.forget(endpoint);
    }

    int calls() {
        return calls;
    }

    long bytes() {
        return bytes;
    }
}
