package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DeviceStateTest {
    @Test
    void versionIsAppliedOnceAndOnlyUpwards() {
        DeviceState.Draft draft = DeviceState.FRESH.draft();

        assertTrue(draft.apply("order-7", 1));
        assertFalse(draft.apply("order-7", 1));
        assertTrue(draft.apply("order-7", 3));
        assertFalse(draft.apply("order-7", 2));
        assertEquals(new DeviceState(null, Map.of("order-7", 3L), 2), draft.build());
        assertEquals(3, draft.build().versionOf("order-7"));
        assertEquals(0, draft.build().versionOf("order-8"));
    }

    @Test
    void changeWithoutAnOrderIsAlwaysApplied() {
        DeviceState.Draft draft = DeviceState.FRESH.draft();

        assertTrue(draft.apply(null, 0));
        assertTrue(draft.apply(null, 0));
        assertEquals(2, draft.build().applied());
    }

    @Test
    void stateKeepsOnlyTheNewestOrders() {
        DeviceState.Draft draft = DeviceState.FRESH.draft();
        for (int i = 0; i < DeviceState.ORDERS_MAX + 5; i++) {
            draft.apply("order-" + i, 1);
        }

        DeviceState state = draft.build();
        assertEquals(DeviceState.ORDERS_MAX, state.versions().size());
        assertEquals(0, state.versionOf("order-4"));
        assertEquals(1, state.versionOf("order-5"));
        assertEquals(DeviceState.ORDERS_MAX + 5, state.applied());
    }

    @Test
    void stateIsACopy() {
        Map<String, Long> versions = new HashMap<>(Map.of("order-7", 1L));
        DeviceState state = new DeviceState(null, versions, 1);

        versions.put("order-8", 1L);
        assertEquals(0, state.versionOf("order-8"));
        assertThrows(UnsupportedOperationException.class, () -> state.versions().clear());
    }

    @Test
    void cursorParsesItsOwnTextAndNothingElse() {
        assertEquals(
                "k3v9x2m4qd.17",
                DeviceCursor.parse("k3v9x2m4qd.17").orElseThrow().toString());
        assertEquals(
                new DeviceCursor("k3v9x2m4qd", 17, ".0k3f9x2"),
                DeviceCursor.parse("k3v9x2m4qd.17.0k3f9x2").orElseThrow());
        assertEquals(
                "k3v9x2m4qd.17.0k3f9x2.more",
                DeviceCursor.parse("k3v9x2m4qd.17.0k3f9x2.more").orElseThrow().toString(),
                "the chain stays as the server sent it");
        for (String bad :
                new String[] {"", ".", "k3.", ".17", "k3.-1", "k3.017", "k3.1.", "k3.9999999999999999999", "k 3.1"}) {
            assertTrue(DeviceCursor.parse(bad).isEmpty(), bad);
        }
    }

    @Test
    void cursorCoversSignalsOfItsEpochUpToItsRevision() {
        DeviceCursor cursor = new DeviceCursor("k3v9x2m4qd", 17);

        assertTrue(cursor.covers(new ReceivedSignal("k3v9x2m4qd", 17)));
        assertTrue(cursor.covers(new ReceivedSignal("k3v9x2m4qd", 3)));
        assertFalse(cursor.covers(new ReceivedSignal("k3v9x2m4qd", 18)));
        assertFalse(cursor.covers(new ReceivedSignal("another", 3)));
    }

    @Test
    void impossibleValuesAreRefusedByName() {
        assertThrows(IllegalArgumentException.class, () -> new DeviceId("grill/1"));
        assertThrows(IllegalArgumentException.class, () -> new DeviceId("x".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> new DeviceCursor("k3", -1));
        assertThrows(IllegalArgumentException.class, () -> new DeviceSettings(600_000, 1, 200, 100));
        assertThrows(IllegalArgumentException.class, () -> new OrderSnapshot("order-7", 0, "{}"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new FeedChange(new DeviceCursor("k3", 1), "t", "order-7", 0, "{}"));
        ListedChange third = new ListedChange(new DeviceCursor("k3", 3), "t", null);
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReceivedSignal("k3", 5, 0, List.of(third), List.of(), null, null));
    }

    @Test
    void limitsOfSettingsAreAllowedAndNothingBeyondThem() {
        allowed(() -> new DeviceSettings(new Doorbell.Poll(10), 1, 1));
        refused(() -> new DeviceSettings(new Doorbell.Poll(10), 0, 1));
        refused(() -> new Doorbell.Poll(9));
        allowed(() -> new Doorbell.LongPoll(1));
        allowed(() -> new Doorbell.LongPoll(60_000));
        refused(() -> new Doorbell.LongPoll(0));
        refused(() -> new Doorbell.LongPoll(60_001));
        allowed(() -> new Doorbell.Signals(1, SafetyPolls.STANDARD));
        refused(() -> new Doorbell.Signals(0, SafetyPolls.STANDARD));
        assertEquals(new SafetyPolls(1_000, 1_000, 1_000), SafetyPolls.every(1_000));
        refused(() -> new SafetyPolls(1_000, 999, 1_000));
        refused(() -> new SafetyPolls(1_000, 1_001, 1_001));
        refused(() -> new SafetyPolls(1_001, 1_000, 1_000));
    }

    private static void allowed(Executable made) {
        assertDoesNotThrow(made);
    }

    private static void refused(Executable made) {
        assertThrows(IllegalArgumentException.class, made);
    }
}
