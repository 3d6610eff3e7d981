package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.guarantees.FieldDevice.Death;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Guarantee 3: every change at least once and in order, applied exactly once. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class AppliedOnceTest {
    private static final List<Death> DEATHS = List.of(
            Death.BEFORE_ACK, Death.BEFORE_SAVE, Death.BEFORE_ACK, Death.BEFORE_ACK, Death.BEFORE_SAVE, Death.NONE);

    @Test
    void guarantee3DeviceThatDiesBetweenReadingSavingAndAcknowledgingAppliesEachChangeOnceAndInOrder(
            Bellwire bellwire) {
        BackOffice office = new BackOffice(bellwire);
        try (Site site = new Site(bellwire)) {
            DeviceCredentials who = office.register("grill");
            FieldDevice grill = site.device(who);
            List<String> placed = new ArrayList<>();
            for (Death death : DEATHS) {
                grill.dieAt(death);
                grill.boot();
                for (int i = 0; i < 5; i++) {
                    placed.add(office.order(who));
                }
                if (death != Death.NONE) {
                    await().until(grill::isDead);
                }
            }

            await().until(() -> office.pending(who) == 0);
            assertEquals(placed, grill.applied());
            assertEquals(placed.size(), grill.disk().state().cursor().revision());
        }
    }
}
