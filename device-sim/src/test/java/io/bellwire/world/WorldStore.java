package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A device's store, of which some saves fail: before they take effect, or after. Some loads fail too. One thread. */
final class WorldStore implements StateStore {
    private final StateStore store;
    private final BooleanSupplier fails;
    private final Consumer<DeviceCursor> saved;

    /**
     * @param fails draws whether the next step of a save or load fails
     * @param saved gets each cursor that was saved
     */
    WorldStore(StateStore store, BooleanSupplier fails, Consumer<DeviceCursor> saved) {
        this.store = store;
        this.fails = fails;
        this.saved = saved;
    }

    @Override
    public DeviceState load() throws IOException {
        failSometimes();
        return store.load();
    }

    @Override
    public void save(DeviceState state, List<Step> steps) throws IOException {
        failSometimes();
        store.save(state, steps);
        DeviceCursor cursor = state.cursor();
        if (cursor != null) {
            saved.accept(cursor);
        }
        failSometimes();
    }

    private void failSometimes() throws IOException {
        if (fails.getAsBoolean()) {
            throw new IOException("the device's disk fails");
        }
    }
}
