package io.bellwire.state;

import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import java.io.IOException;
import java.util.List;

/** The memory of one device. Implementations are thread-safe; one process uses a store at a time. */
public interface StateStore {
    /** What was saved last, {@link DeviceState#FRESH} if nothing was. Throws if what is there cannot be understood. */
    DeviceState load() throws IOException;

    /**
     * Makes {@code state} what {@link #load} returns, or throws and leaves it as it was: nothing in between, whenever
     * the process dies.
     *
     * @param steps what leads from the state saved before to this one; an application that keeps its work in the same
     *     place does it here, and has then done each step exactly once
     */
    void save(DeviceState state, List<Step> steps) throws IOException;
}
