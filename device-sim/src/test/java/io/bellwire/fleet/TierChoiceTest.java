package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TierChoiceTest {
    @Test
    void oneTierIsOneRouteForEveryOrder() {
        assertEquals("""
                routes:
                  - name: full
                    match:
                      type: io.bellwire.order.*
                    ring:
                      topic: bellwire/v1/devices/{device_id}/signal
                      tier: full
                """, TierChoice.FULL.routes());
    }

    @Test
    void mixGivesEachLastDigitATier() {
        String routes = TierChoice.MIX.routes();

        assertEquals(10, routes.split("- name", -1).length - 1);
        assertEquals(4, routes.split("tier: full", -1).length - 1);
        assertEquals(3, routes.split("tier: event", -1).length - 1);
        assertEquals(3, routes.split("tier: signal", -1).length - 1);
        for (int digit = 0; digit < 10; digit++) {
            assertEquals(1, routes.split("data.number: \"\\*" + digit + "\"", -1).length - 1);
        }
    }
}
