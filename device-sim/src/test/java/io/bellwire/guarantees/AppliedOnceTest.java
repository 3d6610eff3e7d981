package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.guarantees.KillableDevice.KillPoint;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows guarantee 3: every change is delivered at least once and in order, and applied exactly once. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class AppliedOnceTest {
    private static final List<KillPoint> KILL_POINTS = List.of(
            KillPoint.BEFORE_ACK,
            KillPoint.BEFORE_SAVE,
            KillPoint.BEFORE_ACK,
            KillPoint.BEFORE_ACK,
            KillPoint.BEFORE_SAVE,
            KillPoint.NONE);

    @Test
    void guarantee3DeviceThatDiesBetweenReadingSavingAndAcknowledgingAppliesEachChangeOnceAndInOrder(
            Bellwire bellwire) {
        BlockingOperator operator = new BlockingOperator(bellwire);
        try (DevicePool devicePool = new DevicePool(bellwire)) {
            DeviceCredentials credentials = operator.register("grill");
            KillableDevice grill = devicePool.device(credentials);
            List<String> placed = new ArrayList<>();
            for (KillPoint killPoint : KILL_POINTS) {
                grill.killAt(killPoint);
                grill.boot();
                for (int i = 0; i < 5; i++) {
                    placed.add(operator.order(credentials));
                }
                if (killPoint != KillPoint.NONE) {
                    await().until(grill::isKilled);
                }
            }

            await().until(() -> operator.pending(credentials) == 0);
            assertEquals(placed, grill.applied());
            assertEquals(placed.size(), grill.disk().state().cursor().revision());
        }
    }
}
