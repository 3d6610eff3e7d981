package io.bellwire.device.state;

import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import java.io.IOException;
import java.util.List;

/**
 * Stores the state of one device. An application implements it to do its own work for each change, as the example in
 * the package {@code io.bellwire.device} shows, or uses {@link FileStateStore}. Implementations are thread-safe; one
 * process uses a store at a time.
 */
public interface StateStore {
    /**
     * The state that was saved last, {@link DeviceState#FRESH} if none was. Throws if the stored state is unreadable.
     */
    DeviceState load() throws IOException;

    /**
     * Stores {@code state}, so that {@link #load} returns it, or leaves the stored state unchanged and throws. This is
     * atomic, whenever the process dies. After any exception or error but {@link OutOfMemoryError} the device loads the
     * state, to learn whether it was stored, and tries again later.
     *
     * @param steps the steps from the state saved before to this one. An application does its work for them here. If it
     *     does so in the transaction that stores the state, it does each step exactly once; else it may repeat the last
     *     steps after a crash
     */
    void save(DeviceState state, List<Step> steps) throws IOException;
}
