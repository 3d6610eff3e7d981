package io.bellwire.fleet;

/** Shows how a run gets on. Called from one thread. */
public interface Progress extends AutoCloseable {
    /** Shows nothing. */
    Progress NONE = now -> {};

    /** Called several times a second. */
    void show(Now now);

    /** Said besides, for example that the server is being killed. */
    default void say(String line) {}

    @Override
    default void close() {}

    /**
     * How things stand. Immutable.
     *
     * @param phase what is going on, in a word
     * @param connected devices that hear signals
     * @param behind devices that lack something that was acknowledged
     * @param applied changes that took effect, at all devices
     * @param acknowledged orders
     * @param orders to be placed in all
     */
    record Now(String phase, int devices, long connected, long behind, long applied, long acknowledged, long orders) {}
}
