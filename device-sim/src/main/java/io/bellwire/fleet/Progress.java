package io.bellwire.fleet;

/** Shows the progress of a run. Called from one thread. */
public interface Progress extends AutoCloseable {
    /** Shows nothing. */
    Progress NONE = now -> {};

    /** Shows the present state; called several times a second. */
    void show(Now now);

    /** Shows a message, for example that the server is being killed. */
    default void showMessage(String line) {}

    @Override
    default void close() {}

    /**
     * The present state of a run. Immutable.
     *
     * @param phase what the run is doing, in a word
     * @param connected devices that are connected
     * @param behind devices that lack an acknowledged order
     * @param applied changes that took effect, at all devices
     * @param acknowledged orders that the server acknowledged
     * @param orders to be placed in all
     */
    record Now(String phase, int devices, long connected, long behind, long applied, long acknowledged, long orders) {}
}
