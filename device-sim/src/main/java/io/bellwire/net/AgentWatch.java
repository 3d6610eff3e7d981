package io.bellwire.net;

/** Sees what an agent does, for figures. Called on the agent's thread, must not block. Thread-safe if shared. */
public interface AgentWatch {
    /** Sees nothing. */
    AgentWatch NONE = new AgentWatch() {};

    default void listening() {}

    default void cut(String why) {}

    default void heard() {}

    /** The feed was asked. */
    default void polled() {}

    /** The feed had nothing new. */
    default void polledInVain() {}

    /** The feed gave no usable answer. */
    default void pollFailed(String why) {}

    /** A signal brought no news. */
    default void pollSkipped() {}

    /** A snapshot was begun. */
    default void snapshotBegun() {}

    /** So many changes took effect that came with a signal, without asking for them. */
    default void appliedStraight(int changes) {}

    /** A poll that no signal had called for brought so many changes: as many that were not announced. */
    default void safetyPolled(int found) {}

    /** All that the feed had is applied. */
    default void caughtUp() {}
}
