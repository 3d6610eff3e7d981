package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bellwire.registry.DeviceId;
import org.junit.jupiter.api.Test;

class RosterTest {
    private static final DeviceId GRILL = new DeviceId("grill");

    private final Roster roster = new Roster(BridgeOptions.DEFAULT);

    @Test
    void deviceThatSubscribesAgainKeepsItsBell() {
        assertSame(roster.subscribed(GRILL), roster.subscribed(GRILL));
    }

    @Test
    void subscriptionThatComesWhileTheDeviceIsBeingForgottenIsNotForgottenWithIt() {
        Bell forgotten = roster.subscribed(GRILL);
        // marked, and not taken out yet
        forgotten.gone = true;
        Bell bell = roster.subscribed(GRILL);
        assertNotSame(forgotten, bell);
        roster.forget(forgotten);
        assertFalse(bell.gone);
        assertSame(bell, roster.find(bell.feed));
        assertEquals(1, roster.size());
    }
}
