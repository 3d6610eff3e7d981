package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first and the last address of each forbidden network, and the public ones on both sides of it. */
class AddressRulesTest {
    private static Optional<String> reason(String address, String... allowed) throws Exception {
        return new AddressRules(List.of(allowed).stream().map(Network::of).toList())
                .whyForbidden(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.255.255.255, is unspecified",
        "10.0.0.0, 10.255.255.255, is private",
        "100.64.0.0, 100.127.255.255, is shared",
        "127.0.0.0, 127.255.255.255, is a loopback",
        "169.254.0.0, 169.254.255.255, is link-local",
        "169.254.169.254, 169.254.169.254, metadata",
        "168.63.129.16, 168.63.129.16, platform",
        "172.16.0.0, 172.31.255.255, is private",
        "192.0.0.0, 192.0.0.255, is for protocols",
        "192.0.2.0, 192.0.2.255, is for documentation",
        "192.31.196.0, 192.31.196.255, is for protocols",
        "192.52.193.0, 192.52.193.255, is for protocols",
        "192.88.99.0, 192.88.99.255, is a relay",
        "192.168.0.0, 192.168.255.255, is private",
        "192.175.48.0, 192.175.48.255, is for protocols",
        "198.18.0.0, 198.19.255.255, is for benchmarks",
        "198.51.100.0, 198.51.100.255, is for documentation",
        "203.0.113.0, 203.0.113.255, is for documentation",
        "224.0.0.0, 239.255.255.255, is multicast",
        "240.0.0.0, 255.255.255.254, is reserved",
        "255.255.255.255, 255.255.255.255, is broadcast",
        "::, ::, is unspecified",
        "::1, ::1, is a loopback",
        "::2, ::ffff:ffff, contains",
        "::ffff:7f00:1, ::ffff:7fff:ffff, is a loopback",
        "::ffff:0:0808:0808, ::ffff:0:7f00:1, contains",
        "64:ff9b::, 64:ff9b::ffff:ffff, is translated",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, is translated",
        "100::, 100::ffff:ffff:ffff:ffff, is discarded",
        "2001::, 2001:0:ffff:ffff:ffff:ffff:ffff:ffff, Teredo",
        "2001:1::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, is for protocols",
        "2001:2::, 2001:2:0:ffff:ffff:ffff:ffff:ffff, is for benchmarks",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, is for documentation",
        "2002::, 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 6to4",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, is for documentation",
        "4000::, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is not a public",
        "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is for protocols",
        "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is unique-local",
        "fd00:ec2::254, fd20:ce::254, is unique-local",
        "fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is link-local",
        "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is site-local",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, is multicast"
    })
    void networkIsForbidden(String first, String last, String why) throws Exception {
        for (String address : List.of(first, last)) {
            assertTrue(reason(address).orElse("allowed").contains(why), address + " " + reason(address));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "198.51.101.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "::ffff:808:808",
                "2000::",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db9::",
                "2003::",
                "2606:4700:4700::1111",
                "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff:1000::"
            })
    void publicAddressIsNot(String address) throws Exception {
        assertEquals(Optional.empty(), reason(address));
    }

    @Test
    void networkThatIsAllowedMayBeCalledAndItsNeighboursMayNot() throws Exception {
        assertEquals(Optional.empty(), reason("10.1.2.3", "10.1.2.0/24"));
        assertEquals(Optional.empty(), reason("fd00::5", "fd00::/16"));
        assertTrue(reason("10.1.3.0", "10.1.2.0/24").isPresent());
        assertTrue(reason("192.168.0.1", "10.0.0.0/8").isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "64:ff9b::7f00:1, 127.0.0.1",
        "64:ff9b:1::a9fe:a9fe, 169.254.169.254",
        "2002:a00:1::1, 10.0.0.1",
        "2001:0:808:808:0:0:80ff:fffe, 127.0.0.1",
        "2001:0:c0a8:1::f7f7:f7f7, 192.168.0.1",
        "::10.0.0.1, 10.0.0.1",
        "2606:4700::5efe:a00:1, 10.0.0.1",
        "2606:4700::200:5efe:c0a8:1, 192.168.0.1"
    })
    void whatAnAddressContainsIsCheckedThoughItsNetworkIsAllowed(String address, String contained) throws Exception {
        String why = reason(address, "64:ff9b::/32", "2002::/16", "2001::/32", "::/96")
                .orElse("allowed");

        assertTrue(why.startsWith("contains " + contained), why);
    }

    @Test
    void publicAddressBehindAnAllowedTranslatorMayBeCalled() throws Exception {
        assertEquals(Optional.empty(), reason("64:ff9b::808:808", "64:ff9b::/96"));
    }
}
