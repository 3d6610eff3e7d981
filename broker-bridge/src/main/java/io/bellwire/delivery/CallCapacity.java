package io.bellwire.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How many calls, bytes of their bodies and reads of the store may be under way for all endpoints, and who waits for
 * room, in the order of asking. Belongs to the loop of {@link Deliveries}; the counts can be read by all.
 */
final class CallCapacity {
    private final DeliveryOptions options;
    private final Deque<TrackedEndpoint> waiting = new ArrayDeque<>();
    private volatile long bytes;
    private volatile int calls;
    private volatile int loads;

    CallCapacity(DeliveryOptions options) {
        this.options = options;
    }

    /** Whether a call may begin. One body may take the bytes past their maximum. */
    boolean hasRoomForCall() {
        return calls < options.inFlightCallsMax() && bytes < options.inFlightBytesMax();
    }

    boolean hasRoomForLoad() {
        return loads < options.loadsMax();
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

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void loadBegun() {
        loads++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void loadEnded() {
        loads--;
    }

    /** The endpoint gets a turn when there is room. */
    void await(TrackedEndpoint endpoint) {
        if (!endpoint.isWaiting) {
            endpoint.isWaiting = true;
            waiting.add(endpoint);
        }
    }

    /** Takes out the endpoint that has waited longest if there is room for what it may want; else null. */
    @Nullable TrackedEndpoint takeWaiting() {
        if (waiting.isEmpty() || !hasRoomForCall() || !hasRoomForLoad()) {
            return null;
        }
        TrackedEndpoint endpoint = waiting.remove();
        endpoint.isWaiting = false;
        return endpoint;
    }

    int calls() {
        return calls;
    }

    long bytes() {
        return bytes;
    }
}
