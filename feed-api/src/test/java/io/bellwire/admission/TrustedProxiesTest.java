package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose word counts about a client's address, and which address it names. */
class TrustedProxiesTest {
    private static final TrustedProxies PROXIES = TrustedProxies.of(List.of("10.1.0.0/16", "192.0.2.7", "fd00::/8"));

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(host, 1);
    }

    private static String clientOf(List<String> forwarded, List<String> forwardedFor) {
        return PROXIES.clientOf(forwarded, forwardedFor)
                .map(client -> client.getAddress().getHostAddress())
                .orElse("none");
    }

    @Test
    void onlyAddressesOfTheNetworksAreTrusted() {
        for (String trusted : List.of("10.1.0.0", "10.1.255.255", "192.0.2.7", "fd12::1")) {
            assertTrue(PROXIES.trusts(address(trusted)), trusted);
        }
        for (String other : List.of("10.2.0.0", "10.0.255.255", "192.0.2.8", "fe00::1", "::a01:1")) {
            assertFalse(PROXIES.trusts(address(other)), other);
        }
        assertFalse(PROXIES.trusts(null));
        assertTrue(TrustedProxies.of(List.of("0.0.0.0/0")).trusts(address("203.0.113.9")));
        assertFalse(TrustedProxies.NONE.trusts(address("127.0.0.1")));
    }

    @Test
    void malformedNetworkIsNamed() {
        for (String wrong : List.of("proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "::/129", "", "/8")) {
            String message =
                    String.valueOf(assertThrows(IllegalArgumentException.class, () -> TrustedProxies.of(List.of(wrong)))
                            .getMessage());
            assertTrue(message.contains(wrong), message);
        }
    }

    @Test
    void clientIsTheLastAddressThatIsNoProxy() {
        assertEquals("203.0.113.9", clientOf(List.of(), List.of("203.0.113.9")));
        assertEquals(
                "203.0.113.9", clientOf(List.of(), List.of("1.2.3.4, 203.0.113.9, 10.1.2.3")), "1.2.3.4 is forged");
        assertEquals("203.0.113.9", clientOf(List.of(), List.of("1.2.3.4", "203.0.113.9")));
        assertEquals("10.1.2.3", clientOf(List.of(), List.of("10.1.2.3, 10.1.2.4")), "a proxy's own request");
        assertEquals(
                "203.0.113.9", clientOf(List.of("for=1.2.3.4;by=x, For=\"203.0.113.9:4711\";proto=https"), List.of()));
        assertEquals("2001:db8:0:0:0:0:0:1", clientOf(List.of("for=\"[2001:db8::1]:4711\""), List.of()));
        assertEquals("2001:db8:0:0:0:0:0:1", clientOf(List.of(), List.of("2001:db8::1")));
    }

    @Test
    void headersWithoutAnAddressNameNobody() {
        assertEquals("none", clientOf(List.of(), List.of()));
        for (String nobody : List.of("unknown", "_hidden", "localhost", "1.2.3", "1.2.3.4.5", "[::1", "")) {
            assertEquals(
                    "none", clientOf(List.of(), List.of("1.2.3.4, " + nobody).subList(0, nobody.isEmpty() ? 0 : 1)));
            assertEquals("none", clientOf(List.of("proto=https;for=" + nobody), List.of()));
        }
    }

    @Test
    void headersThatContradictEachOtherAreRefused() {
        assertEquals("203.0.113.9", clientOf(List.of("for=203.0.113.9"), List.of("203.0.113.9")));
        assertThrows(
                IllegalArgumentException.class,
                () -> clientOf(List.of("for=1.2.3.4"), List.of("203.0.113.9")),
                "which of them is the client's own?");
    }
}
