package io.bellwire.sim;

import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Prints each change that takes effect, then saves. Printing cannot be part of the save: after a crash between the two,
 * the last lines are printed again, which is better than never. Thread-safe if the store is.
 */
final class PrintingStore implements StateStore {
    private final StateStore store;
    private final PrintStream out;

    PrintingStore(StateStore store, PrintStream out) {
        this.store = store;
        this.out = out;
    }

    @Override
    public DeviceState load() throws IOException {
        return store.load();
    }

    @Override
    public void save(DeviceState state, List<Step> steps) throws IOException {
        for (Step step : steps) {
            if (step instanceof Step.Applied applied) {
                out.println(applied.change().body());
            } else if (step instanceof Step.OrdersCleared) {
                out.println("{\"type\":\"forgotten\"}");
            } else if (step instanceof Step.Restored restored) {
                out.println(
                        "{\"type\":\"snapshot\",\"data\":" + restored.order().body() + "}");
            }
        }
        out.flush();
        store.save(state, steps);
    }
}
