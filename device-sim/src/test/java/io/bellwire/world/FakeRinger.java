package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The simplest bridge that does the job: rings at once, at most once per window, and again while the device is behind. */
final class FakeRinger implements Ringer {
    private static final long WINDOW_MILLIS = 100;
    private static final long AGAIN_MILLIS_MIN = 1_000;
    private static final long AGAIN_MILLIS_MAX = 8_000;

    private final WorldLog log;
    private final Wires wires;
    private final VirtualScheduler scheduler;
    private final RandomGenerator random;
    private final boolean again;
    private final Map<DeviceId, Bell> bells = new HashMap<>();
    private boolean closed;

    /** @param again whether it rings again while a device stays behind */
    FakeRinger(WorldLog log, Wires wires, VirtualScheduler scheduler, RandomGenerator random, boolean again) {
        this.log = log;
        this.wires = wires;
        this.scheduler = scheduler;
        this.random = random;
        this.again = again;
    }

    private static final class Bell {
        private boolean pending;
        private long restUntilMillis;
        private long againMillis = AGAIN_MILLIS_MIN;
        private long rings;
    }

    @Override
    public void committed(DeviceId device, long head, int added) {
        Bell bell = bells.get(device);
        if (bell != null) {
            bell.againMillis = AGAIN_MILLIS_MIN;
            ringSoon(device, bell);
        }
    }

    @Override
    public void received(DeviceId device, long revision) {
        Bell bell = bells.get(device);
        if (bell != null) {
            bell.againMillis = AGAIN_MILLIS_MIN;
        }
    }

    @Override
    public void processed(DeviceId device, long revision) {}

    @Override
    public void subscribed(DeviceId device) {
        Bell bell = new Bell();
        bells.put(device, bell);
        ringSoon(device, bell);
    }

    @Override
    public void disconnected(DeviceId device) {
        bells.remove(device);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void ringSoon(DeviceId device, Bell bell) {
        if (!bell.pending) {
            bell.pending = true;
            var unused = scheduler.after(bell.restUntilMillis - scheduler.nowMillis(), () -> ring(device, bell));
        }
    }

    private void ring(DeviceId device, Bell bell) {
        bell.pending = false;
        if (closed || bells.get(device) != bell) {
            return;
        }
        bell.restUntilMillis = scheduler.nowMillis() + WINDOW_MILLIS;
        bell.rings++;
        long number = bell.rings;
        if (!wires.ring(device, new Signal(log.epoch(), log.head(device))) || !again) {
            return;
        }
        long pause = bell.againMillis / 2 + random.nextLong(bell.againMillis / 2 + 1);
        bell.againMillis = Math.min(AGAIN_MILLIS_MAX, bell.againMillis * 2);
        var unused = scheduler.after(pause, () -> {
            if (bell.rings == number && log.received(device) < log.head(device)) {
                ringSoon(device, bell);
            }
        });
    }
}
