package io.bellwire.outbound;

import io.bellwire.admission.Network;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which addresses may be called: those of the public internet, and networks that are allowed by name. An address that
 * contains an IPv4 address, such as one of 6to4, may be called only if that one may be called too. Immutable. Sources:
 * the IANA registries of special-purpose addresses for IPv4 and IPv6.
 *
 * @param allowed networks that may be called although they are not public
 */
public record AddressRules(List<Network> allowed) {
    /** Only the public internet. */
    public static final AddressRules PUBLIC = new AddressRules(List.of());

    private static final Map<Network, String> FORBIDDEN = new LinkedHashMap<>();

    /** All IPv6 addresses of the public internet are in it. */
    private static final Network GLOBAL_UNICAST = Network.of("2000::/3");

    private static final int IPV4_BYTES = 4;

    static {
        forbid("is unspecified", "0.0.0.0/8", "::/128");
        forbid("is private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
        forbid("is shared with customers of a carrier", "100.64.0.0/10");
        forbid("is a loopback address", "127.0.0.0/8", "::1/128");
        forbid("is link-local, as metadata services of clouds are", "169.254.0.0/16", "fe80::/10");
        forbid("is the platform service of a cloud", "168.63.129.16/32");
        forbid("is for protocols", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24");
        forbid("is for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24");
        forbid("is for documentation", "2001:db8::/32", "3fff::/20");
        forbid("is for benchmarks", "198.18.0.0/15", "2001:2::/48");
        forbid("is a relay of 6to4", "192.88.99.0/24");
        forbid("is multicast", "224.0.0.0/4", "ff00::/8");
        forbid("is broadcast", "255.255.255.255/32");
        forbid("is reserved", "240.0.0.0/4");
        forbid("is unique-local", "fc00::/7");
        forbid("is site-local", "fec0::/10");
        forbid("is discarded", "100::/64", "100:0:0:1::/64");
        forbid("is translated to IPv4 (NAT64)", "64:ff9b::/96", "64:ff9b:1::/48");
        forbid("is tunnelled to IPv4 (6to4)", "2002::/16");
        forbid("is tunnelled to IPv4 (Teredo)", "2001::/32");
        forbid("contains an IPv4 address", "::/96", "::ffff:0:0:0/96");
        forbid("is for protocols", "2001::/23", "2620:4f:8000::/48", "5f00::/16");
    }

    private static void forbid(String reason, String... networks) {
        for (String network : networks) {
            FORBIDDEN.putIfAbsent(Network.of(network), reason);
        }
    }

    public AddressRules {
        allowed = List.copyOf(allowed);
    }

    /** Why this address must not be called, as the end of a sentence that begins with the address; empty if it may be. */
    public Optional<String> whyForbidden(InetAddress address) {
        return whyNotPublic(address)
                .filter(reason -> allowed.stream().noneMatch(network -> network.contains(address)))
                .or(() -> embedded(address).stream()
                        .flatMap(ipv4 ->
                                whyForbidden(ipv4)
                                        .map(reason -> "contains " + ipv4.getHostAddress() + ", which " + reason)
                                        .stream())
                        .findFirst());
    }

    private static Optional<String> whyNotPublic(InetAddress address) {
        Optional<String> known = FORBIDDEN.entrySet().stream()
                .filter(entry -> entry.getKey().contains(address))
                .map(Map.Entry::getValue)
                .findFirst();
        boolean isUnassigned = address instanceof Inet6Address && !GLOBAL_UNICAST.contains(address);
        return known.or(() -> isUnassigned ? Optional.of("is not a public address") : Optional.empty());
    }

    /** The IPv4 addresses to which a packet for this IPv6 address may go. IPv4-mapped ones are IPv4 in the JDK already. */
    private static List<InetAddress> embedded(InetAddress address) {
        if (address instanceof Inet4Address) {
            return List.of();
        }
        byte[] bytes = address.getAddress();
        if (isIn("2002::/16", address)) {
            return List.of(ipv4(bytes, 2, 0));
        }
        if (isIn("2001::/32", address)) {
            return List.of(ipv4(bytes, 4, 0), ipv4(bytes, 12, 0xFF)); // server; client, inverted
        }
        boolean isIsatap = (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && (bytes[11] & 0xFF) == 0xFE;
        boolean isCompatible = isIn("::/96", address) && !isIn("::/127", address);
        return isIsatap || isCompatible || isIn("64:ff9b::/32", address) || isIn("::ffff:0:0:0/96", address)
                ? List.of(ipv4(bytes, bytes.length - IPV4_BYTES, 0))
                : List.of();
    }

    private static boolean isIn(String network, InetAddress address) {
        return Network.of(network).contains(address);
    }

    private static InetAddress ipv4(byte[] bytes, int from, int mask) {
        byte[] ipv4 = Arrays.copyOfRange(bytes, from, from + IPV4_BYTES);
        for (int i = 0; i < ipv4.length; i++) {
            ipv4[i] ^= (byte) mask;
        }
        try {
            return InetAddress.getByAddress(ipv4);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
