package io.bellwire.guarantees;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceSettings;
import io.bellwire.fleet.ClientKind;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.Fleet;
import io.bellwire.fleet.FleetDoorbell;
import io.bellwire.fleet.FleetOptions;
import io.bellwire.fleet.Progress;
import io.bellwire.fleet.Report;
import io.bellwire.fleet.ServerProcess;
import io.bellwire.fleet.ServerUnderTest;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows all guarantees together: a small run of the demonstration, with both clients and a server in a process of its
 * own.
 */
@Timeout(120)
class KilledServerTest {
    private static final int ORDERS = 300;
    private static final DeviceSettings SETTINGS = new DeviceSettings(600_000, 1_500, 50, 1_000);
    private static final FaultRates FAULTS = new FaultRates(0.2, 0.02, 0.05, 0.1, 0.05);

    @TempDir
    Path folder;

    @Test
    void fleetLosesNothingAndAppliesNothingTwiceThoughTheServerIsKilled() throws Exception {
        FleetOptions options = new FleetOptions(
                "killed",
                30,
                ORDERS,
                100,
                FAULTS,
                11,
                ClientKind.BOTH,
                FleetDoorbell.Choice.MQTT,
                1_000,
                false,
                1,
                0,
                60,
                SETTINGS,
                false);
        try (ServerProcess server = new ServerProcess(
                ServeCommand.in(folder.resolve("data")), folder.resolve("server.log"), ServerProcess.Extras.NONE)) {
            ServerUnderTest serverUnderTest = ServerUnderTest.owned(server, server.start());

            Report report = Fleet.run(options, serverUnderTest, Progress.NONE, System::nanoTime, Clock.systemUTC());

            assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
            assertTrue(report.result().applied() > ORDERS, report::table);
            assertEquals(1, report.serverKills());
            assertTrue(report.sessionDrops() > 0, report::table);
        }
    }
}
