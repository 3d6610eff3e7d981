package io.bellwire.serve;

import static io.bellwire.serve.DescriptorBudget.HTTP;
import static io.bellwire.serve.DescriptorBudget.MQTT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Limits on connections and the descriptors that the process may open. */
class DescriptorBudgetTest {
    private static final BellwireOptions DEFAULTS =
            Serve.parse(new String[0], Map.of()).toBellwireOptions();

    private final List<String> lines = new ArrayList<>();

    private BellwireOptions fit(BellwireOptions options, Set<String> given, long descriptors) {
        return DescriptorBudget.fit(options, given, descriptors, lines::add);
    }

    @Test
    void limitsThatFitStay() {
        assertSame(DEFAULTS, fit(DEFAULTS, Set.of(), 41_024));
        assertEquals(List.of(), lines);
    }

    @Test
    void limitsThatWereNotSetAreLoweredWithOneLineAndOneAddressKeepsItsPart() {
        BellwireOptions fitting = fit(DEFAULTS, Set.of(), 4_096);
        assertEquals(2_150, fitting.mqtt().maxConnections());
        assertEquals(1_612, fitting.mqtt().maxConnectionsPerAddress());
        assertEquals(1_434, fitting.feed().connectionsMax());
        assertEquals(717, fitting.feed().callers().connections().perAddressMax());
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains("only 4096 files and sockets"), lines.get(0));
        assertTrue(lines.get(0).contains("--mqtt-connections-max is 2150"), lines.get(0));
    }

    @Test
    void limitThatWasSetStaysAndTheOtherGetsTheRest() {
        BellwireOptions options =
                Serve.parse(new String[] {MQTT + "=3000"}, Map.of()).toBellwireOptions();
        BellwireOptions fitting = fit(options, Set.of(MQTT), 4_096);
        assertEquals(3_000, fitting.mqtt().maxConnections());
        assertEquals(584, fitting.feed().connectionsMax());
        assertEquals(15_000, options.mqtt().maxConnectionsPerAddress());
    }

    @Test
    void limitsThatWereSetAndDoNotFitStopTheStart() {
        ConfigurationException both =
                assertThrows(ConfigurationException.class, () -> fit(DEFAULTS, Set.of(HTTP, MQTT), 4_096));
        assertTrue(String.valueOf(both.getMessage()).contains("--http-connections-max 20000"), both.getMessage());
        assertThrows(ConfigurationException.class, () -> fit(DEFAULTS, Set.of(HTTP), 20_000));
        assertThrows(ConfigurationException.class, () -> fit(DEFAULTS, Set.of(), 200));
    }

    @Test
    void whatWasSetIsKnownWhereverItWasSet() {
        assertEquals(Set.of(), Serve.parse(new String[0], Map.of()).given);
        assertEquals(Set.of(MQTT), Serve.parse(new String[] {MQTT, "10"}, Map.of()).given);
        assertEquals(Set.of(HTTP), Serve.parse(new String[0], Map.of("BELLWIRE_HTTP_CONNECTIONS_MAX", "10")).given);
    }
}
