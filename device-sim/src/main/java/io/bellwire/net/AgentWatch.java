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

    /** A signal brought no news. */
    default void pollSkipped() {}

    /** A snapshot was begun. */
    default void snapshotBegun() {}

    /** All that the feed had is applied. */
    default void caughtUp() {}
}
