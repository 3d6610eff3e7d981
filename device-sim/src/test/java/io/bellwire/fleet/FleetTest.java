package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceSettings;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs fleets with real sockets, clients and proxies against a {@link FakeServer} that misbehaves on request. */
@Timeout(90)
class FleetTest {
    private static final DeviceSettings SHORT_TIMERS = new DeviceSettings(600_000, 300, 20, 300);
    private static final FaultRates WITH_FAULTS = new FaultRates(0.5, 0.05, 0.1, 0.2, 0.2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = ClientKind.class,
            names = {"HIVEMQ", "PAHO", "BOTH"})
    void fleetConvergesUnderFaultsAndServerKillsWithEitherClient(ClientKind client) throws Exception {
        Report report = run(FakeServer.Fault.NONE, client, 30, 600, WITH_FAULTS, 2, 30, false);

        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
        assertEquals(600, report.orders());
        assertTrue(report.result().applied() > 700, report::table);
        assertEquals(2, report.serverKills());
        assertTrue(report.sessionDrops() > 0, report::table);
        assertTrue(report.deviceRestarts() > 0, report::table);
        assertTrue(report.signalsDropped() > 0, report::table);
        assertTrue(report.latency().p50() > 0, report::table);
        assertTrue(report.reconcile().max() > 0, report::table);
    }

    @Test
    void recoveryIsMeasuredUntilAllDevicesAreUpToDate() throws Exception {
        FleetOptions options = new FleetOptions(
                "herd",
                20,
                300,
                200,
                FaultRates.NONE,
                7,
                ClientKind.HIVEMQ,
                FleetDoorbell.Choice.MQTT,
                100,
                true,
                1,
                1,
                30,
                SHORT_TIMERS,
                true);
        try (FakeServer server = new FakeServer(folder, FakeServer.Fault.NONE)) {
            Report report = Fleet.run(options, server, Progress.NONE, System::nanoTime, Clock.systemUTC());

            assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
            assertNotNull(report.recovery(), report::table);
            assertEquals(20, report.recovery().back(), report::table);
            assertEquals(0, report.recovery().missing(), report::table);
            assertTrue(report.recovery().reconcile().max() > 0, report::table);
            assertTrue(report.recovery().feed().p50() > 0, "who had a backlog has read it; " + report.table());
        }
    }

    @Test
    void quietFleetPollsAtMostOncePerChangeAndOncePerStart() throws Exception {
        Report report = run(FakeServer.Fault.NONE, ClientKind.HIVEMQ, 5, 100, FaultRates.NONE, 0, 20);

        assertTrue(report.passed(), report::table);
        assertEquals(0, report.sessionDrops());
        assertTrue(report.fetches() <= 2 * 100 + 5, report::table);
    }

    @Test
    void serverThatLosesWhatItAcknowledgedIsFoundOut() throws Exception {
        Report report = run(FakeServer.Fault.LOSES, ClientKind.HIVEMQ, 5, 100, FaultRates.NONE, 0, 2);

        assertFalse(report.passed());
        assertFalse(report.converged());
        assertEquals(2, report.result().lost());
        assertNotNull(report.failureMessage());
        assertTrue(
                report.failureMessage().matches("(?s).*seed 7\\b.*lost: order order-(50|100)\\b.*"),
                report::failureMessage);
    }

    @Test
    void serverThatMisdeliversIsFoundOut() throws Exception {
        Report report = run(FakeServer.Fault.MISDELIVERS, ClientKind.HIVEMQ, 5, 100, FaultRates.NONE, 0, 2);

        assertFalse(report.passed());
        assertEquals(2, report.result().foreign());
        assertEquals(2, report.result().lost());
    }

    @Test
    void serverThatTakesARepeatedOrderForASecondOneIsFoundOut() throws Exception {
        Report report = run(FakeServer.Fault.DUPLICATES, ClientKind.HIVEMQ, 5, 200, FaultRates.NONE, 0, 2);

        assertFalse(report.passed());
        assertTrue(report.result().foreign() > 0, report::table);
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeServer.Fault.class,
            names = {"LOSES_PATCHES", "LOSES_STEPS", "LOSES_EVENTS", "LOSES_GROUP_EVENTS"})
    void serverThatLosesAChangeOrAnEventIsFoundOut(FakeServer.Fault fault) throws Exception {
        Report report = run(fault, ClientKind.HIVEMQ, 5, 300, FaultRates.NONE, 0, 2, false);

        assertFalse(report.passed(), report::table);
        assertTrue(report.result().lost() > 0 || report.result().outOfOrder() > 0, report::table);
    }

    @Test
    void serverThatLosesNothingOfAllKindsOfChangesPasses() throws Exception {
        Report report = run(FakeServer.Fault.NONE, ClientKind.HIVEMQ, 5, 300, FaultRates.NONE, 0, 20, false);

        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
    }

    private Report run(
            FakeServer.Fault fault,
            ClientKind client,
            int devices,
            int orders,
            FaultRates rates,
            int kills,
            int timeoutSeconds)
            throws Exception {
        return run(fault, client, devices, orders, rates, kills, timeoutSeconds, true);
    }

    private Report run(
            FakeServer.Fault fault,
            ClientKind client,
            int devices,
            int orders,
            FaultRates rates,
            int kills,
            int timeoutSeconds,
            boolean ordersOnly)
            throws Exception {
        FleetOptions options = new FleetOptions(
                "t1",
                devices,
                orders,
                200,
                rates,
                7,
                client,
                FleetDoorbell.Choice.MQTT,
                100,
                false,
                kills,
                0,
                timeoutSeconds,
                SHORT_TIMERS,
                ordersOnly);
        try (FakeServer server = new FakeServer(folder, fault)) {
            return Fleet.run(options, server, Progress.NONE, System::nanoTime, Clock.systemUTC());
        }
    }
}
