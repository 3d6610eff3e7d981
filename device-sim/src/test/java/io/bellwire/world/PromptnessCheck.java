package io.bellwire.world;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Without faults, a device that listens is signalled a change at once: waiting for a reminder is too late. Asks
 * that of some devices of a world that has converged, one after the other. One thread.
 */
final class PromptnessCheck {
    private static final int DEVICES_MAX = 4;
    /** Within a window after another change, so that its signal has to wait. */
    private static final int BETWEEN_MILLIS_MAX = 40;
    /** Shorter than the bridge's wait before a reminder, and longer than window, look-up and travel together. */
    private static final int PROMPT_MILLIS = 900;

    private static final int RECONNECT_MILLIS_MAX = 30_000;

    private final World world;
    private final SplittableRandom random;

    PromptnessCheck(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    void run(List<WorldDevice> devices) {
        int first = random.nextInt(devices.size());
        for (int i = 0; i < Math.min(DEVICES_MAX, devices.size()); i++) {
            WorldDevice device = devices.get((first + i) % devices.size());
            if (device.usesSignals()) {
                changesWhileItListens(device);
                changeWhileItIsAway(device);
            }
        }
    }

    private void changesWhileItListens(WorldDevice device) {
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            world.create(device);
            advance(random.nextInt(BETWEEN_MILLIS_MAX));
        }
        requireChanges(device, "while it listens");
    }

    private void changeWhileItIsAway(WorldDevice device) {
        device.cut();
        // each end notices that after a while
        advance(2_000);
        device.setOffline(true);
        advance(2_000);
        world.create(device);
        advance(random.nextInt(BETWEEN_MILLIS_MAX));
        device.setOffline(false);
        world.advanceUntil(RECONNECT_MILLIS_MAX, device::isListening);
        requireChanges(device, "while it was away");
    }

    private void advance(int millis) {
        world.advanceUntil(millis, () -> false);
    }

    private void requireChanges(WorldDevice device, String when) {
        long head = world.headOf(device);
        // it may be told to spread its read
        if (!world.advanceUntil(PROMPT_MILLIS, () -> device.heardOf() >= head || world.hasConverged(device))) {
            world.observer()
                    .reportViolation(device.id() + " was not signalled change " + head + " " + when + " within "
                            + PROMPT_MILLIS + " ms");
        }
        world.advanceUntil(RECONNECT_MILLIS_MAX, () -> world.hasConverged(device));
    }
}
