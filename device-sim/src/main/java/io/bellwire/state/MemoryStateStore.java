package io.bellwire.state;

import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import java.util.List;

/** Outlives a device but not its process. Thread-safe. */
public final class MemoryStateStore implements StateStore {
    private volatile DeviceState state = DeviceState.FRESH;

    @Override
    public DeviceState load() {
        return state;
    }

    @Override
    public void save(DeviceState next, List<Step> steps) {
        state = next;
    }
}
