package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceSettings;
import io.bellwire.device.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small fleets with each doorbell, on a real server. */
@ExtendWith(BellwireExtension.class)
@Timeout(120)
class DoorbellsTest {
    private static final DeviceSettings SHORT_TIMERS = new DeviceSettings(600_000, 1_000, 20, 300);
    private static final FaultRates WITH_FAULTS = new FaultRates(0.5, 0.05, 0.4, 0.1, 0.1);
    private static final int DEVICES = 10;
    private static final int ORDERS = 200;
    /** Faults end with the orders: slow enough that some faults hit a connection. */
    private static final int ORDERS_PER_SECOND = 100;

    @TempDir
    Path folder;

    private ServerAddress address;

    @BeforeEach
    void writeTheToken(Bellwire bellwire) throws Exception {
        address = new ServerAddress(
                new Endpoints(bellwire.http(), bellwire.mqtt(), bellwire.ws().orElseThrow()),
                Files.writeString(folder.resolve("operator-token"), bellwire.operatorToken()));
    }

    private Report run(String tag, FleetDoorbell.Choice doorbell, FaultRates faults) throws Exception {
        FleetOptions options = new FleetOptions(
                tag + doorbell.name().toLowerCase(java.util.Locale.ROOT),
                DEVICES,
                ORDERS,
                ORDERS_PER_SECOND,
                faults,
                7,
                ClientKind.HIVEMQ,
                doorbell,
                200,
                false,
                0,
                0,
                60,
                SHORT_TIMERS,
                false);
        Report report = Fleet.run(
                options, ServerUnderTest.running(address), Progress.NONE, System::nanoTime, Clock.systemUTC());
        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
        assertTrue(report.result().applied() > ORDERS, report::table);
        return report;
    }

    @ParameterizedTest
    @EnumSource(FleetDoorbell.Choice.class)
    void nothingIsLostThoughConnectionsAreCutAndDevicesRestart(FleetDoorbell.Choice doorbell) throws Exception {
        Report report = run("storm", doorbell, WITH_FAULTS);

        if (doorbell != FleetDoorbell.Choice.POLL) {
            assertTrue(report.sessionDrops() > 0, report::table);
        }
        assertTrue(report.deviceRestarts() > 0, report::table);
    }

    @Test
    void costOfEachDoorbellIsReported() throws Exception {
        Report report = run("calm", FleetDoorbell.Choice.MIX, FaultRates.NONE);

        Map<FleetDoorbell, DoorbellCost> costs =
                report.doorbells().stream().collect(Collectors.toMap(DoorbellCost::kind, Function.identity()));
        assertEquals(FleetDoorbell.values().length, costs.size());
        assertEquals(
                report.result().applied(),
                costs.values().stream().mapToLong(DoorbellCost::changes).sum());
        for (DoorbellCost cost : costs.values()) {
            assertEquals(2, cost.devices(), report::table);
            assertTrue(cost.changes() > 0 && cost.requests() > 0, report::table);
            assertTrue(cost.bytesUp() > 100 * cost.requests(), report::table);
            assertTrue(cost.bytesDown() > 100 * cost.changes(), report::table);
            // A waiting read may be answered before the order is acknowledged: such a latency is recorded as 0.
            assertTrue(cost.latency().max() > 0, report::table);
        }
    }
}
