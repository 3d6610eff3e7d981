package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BrokerOptionsTest {
    @Test
    void eachOptionOutOfItsRangeIsNamed() {
        Map<String, UnaryOperator<BrokerOptions.Builder>> wrong = Map.ofEntries(
                Map.entry("host", options -> options.host(" ")),
                Map.entry("port", options -> options.port(65_536)),
                Map.entry("wsPort", options -> options.wsPort(-2)),
                Map.entry("wsOrigins", options -> options.wsOrigins(Set.of("kiosk.example"))),
                Map.entry("connectTimeout", options -> options.connectTimeout(Duration.ZERO)),
                Map.entry("maxConnections", options -> options.maxConnections(0)),
                Map.entry("maxConnectionsPerAddress", options -> options.maxConnectionsPerAddress(-1)),
                Map.entry("maxSilentConnections", options -> options.maxSilentConnections(-1)),
                Map.entry("connectRatePerAddress", options -> options.connectRatePerAddress(-1)),
                Map.entry("connectBurstPerAddress", options -> options.connectBurstPerAddress(0)),
                Map.entry("loginRatePerDevice", options -> options.loginRatePerDevice(-1)),
                Map.entry("loginBurstPerDevice", options -> options.loginBurstPerDevice(0)),
                Map.entry("maxPacketBytes", options -> options.maxPacketBytes(100)),
                Map.entry("keepAliveMaxSeconds", options -> options.keepAliveMaxSeconds(0)),
                Map.entry("messageExpirySeconds", options -> options.messageExpirySeconds(0)),
                Map.entry("sessionQueueSize", options -> options.sessionQueueSize(1)),
                Map.entry("fetchPageBytesMax", options -> options.fetchPageBytesMax(100)),
                Map.entry("watchdogInterval", options -> options.watchdogInterval(Duration.ofDays(1))),
                Map.entry("watchdogTimeout", options -> options.watchdogTimeout(Duration.ofMillis(-1))),
                Map.entry("watchdogRounds", options -> options.watchdogRounds(0)));
        assertEquals(BrokerOptions.class.getRecordComponents().length, wrong.size());
        wrong.forEach((option, change) -> {
            BrokerOptions.Builder builder = change.apply(BrokerOptions.builder());
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::build, option);
            assertTrue(refused.getMessage().startsWith(option + " must"), refused.getMessage());
        });
    }

    @Test
    void onePortCannotServeBothKindsOfConnection() {
        BrokerOptions.Builder builder = BrokerOptions.builder().port(1883).wsPort(1883);
        assertEquals(
                "wsPort must not be the port of plain MQTT, 1883",
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    @Test
    void defaultsAreValidAndBindOnlyToLoopback() {
        assertEquals("127.0.0.1", assertDoesNotThrow(BrokerOptions::defaults).host());
    }

    @Test
    void oneAddressHasRoomForAFleetThatReturnsTogetherAndNotForAllConnections() {
        BrokerOptions defaults = BrokerOptions.defaults();
        int fleet = 5_000;
        assertTrue(defaults.maxConnectionsPerAddress() >= 2 * fleet);
        assertTrue(defaults.connectBurstPerAddress() >= 2 * fleet);
        assertTrue(defaults.maxConnectionsPerAddress() < defaults.maxConnections());
    }

    @Test
    void queueOfOneSessionLoopHoldsAllCommandsOfAllConnectionsAndASignalToEach() {
        BrokerOptions defaults = BrokerOptions.defaults();
        assertTrue(defaults.sessionQueueSize() >= 3 * defaults.maxConnections());
    }
}
