package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The device is a function of its inputs, their times and its random numbers. */
class DeviceTest extends DeviceFixture {
    @Test
    void sameInputsAndSeedGiveTheSameEffects() {
        List<Object> first = randomWalk(42);
        List<Object> second = randomWalk(42);

        assertEquals(first, second);
    }

    private static List<Object> randomWalk(long seed) {
        Device device = new Device(SETTINGS, DeviceState.FRESH, new SplittableRandom(seed));
        List<Object> effects = new ArrayList<>(device.on(new Input.Started(0)));
        for (int i = 1; i < 50; i++) {
            effects.addAll(device.on(new Input.Disconnected(i * 100_000L)));
            effects.addAll(device.on(new Input.Fetched(i * 100_000L, new FetchResult.Failed(0, "refused"))));
            effects.add(device.wakeAtMillis());
            effects.addAll(device.on(new Input.Ticked(device.wakeAtMillis())));
        }
        return effects;
    }
}
