package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import io.bellwire.serve.BellwireOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Shows guarantee 4: a device is reminded until it has read, and learns its feed's revision as soon as it subscribes.
 */
@Timeout(60)
class RemindedUntilReadTest {
    /** Shorter pauses between reminders than a real server's, so that the test need not wait. */
    private static final BridgeOptions FAST_REMINDERS = new BridgeOptions(
            Duration.ofMillis(20),
            new ReminderBackoff(Duration.ofMillis(100), Duration.ofMillis(400)),
            Duration.ofSeconds(5),
            100);

    @RegisterExtension
    static final BellwireExtension SERVER =
            new BellwireExtension(BellwireOptions.inMemory().withSignals(FAST_REMINDERS));

    @Test
    void guarantee4LostSignalsHealWithoutTheSafetyPoll(Bellwire bellwire) {
        BlockingOperator operator = new BlockingOperator(bellwire);
        try (DevicePool devicePool = new DevicePool(bellwire)) {
            DeviceCredentials credentials = operator.register("grill");
            KillableDevice grill = devicePool.device(credentials).boot();
            String first = operator.order(credentials);
            await().until(() -> operator.pending(credentials) == 0);
            int fetches = grill.fetches.get();

            grill.loseSignals(3);
            String second = operator.order(credentials);

            await().until(() -> operator.pending(credentials) == 0);
            assertEquals(List.of(first, second), grill.applied());
            assertEquals(0, grill.signalsStillToLose(), "all signals that were to be lost were sent, and lost");
            assertEquals(fetches + 1, grill.fetches.get());
            assertEquals(1, grill.subscriptions.get(), "no reconnection healed it");
        }
    }

    @Test
    void guarantee4ReconnectedDeviceIsSignalledAtOnceAndDoesNotPollWhenItIsUpToDate(Bellwire bellwire) {
        BlockingOperator operator = new BlockingOperator(bellwire);
        try (DevicePool devicePool = new DevicePool(bellwire)) {
            DeviceCredentials credentials = operator.register("fryer");
            KillableDevice fryer = devicePool.device(credentials).boot();
            operator.order(credentials);
            await().until(() -> operator.pending(credentials) == 0);
            int fetches = fryer.fetches.get();

            for (int i = 1; i <= 3; i++) {
                int skipped = fryer.fetchesSkipped.get();
                fryer.kill();
                fryer.boot();
                await().until(() -> fryer.fetchesSkipped.get() > skipped);
            }
            assertEquals(fetches, fryer.fetches.get());

            fryer.kill();
            String missed = operator.order(credentials);
            fryer.boot();
            await().until(() -> fryer.applied().contains(missed));
            assertEquals(fetches + 1, fryer.fetches.get());
        }
    }
}
