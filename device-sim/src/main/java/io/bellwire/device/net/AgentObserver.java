package io.bellwire.device.net;

/**
 * Is notified of what a {@link DeviceAgent} does, for figures and displays. Called on the agent's executor, one call at
 * a time; must not block. Thread-safe if several agents share it.
 */
public interface AgentObserver {
    /** Ignores everything. */
    AgentObserver NONE = new AgentObserver() {};

    /** The device is connected and subscribed. */
    default void subscribed() {}

    /** The connection has ended, or could not be made. */
    default void disconnected(String reason) {}

    default void signalReceived() {}

    /** A request for a page of the feed is sent. */
    default void fetchStarted() {}

    /** A page without changes has arrived. */
    default void fetchedNothing() {}

    /** A page or a part of a snapshot could not be fetched. */
    default void fetchFailed(String reason) {}

    /** A signal has brought no news, so that nothing is fetched. */
    default void fetchSkipped() {}

    /** The first part of a snapshot is requested. */
    default void snapshotStarted() {}

    /** So many changes that came with a signal are applied and saved, without a fetch. */
    default void appliedFromSignal(int changes) {}

    /** A safety poll has brought so many changes, none of which a signal had announced. */
    default void safetyPolled(int found) {}

    /** All changes that the feed had at the last answer are applied. */
    default void caughtUp() {}
}
