package io.bellwire.admission;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that may say which client a connection or a request is of. Nobody else is believed. Immutable.
 *
 * @param networks the addresses of the proxies
 */
public record TrustedProxies(List<Network> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final String FORWARDED_FOR = "for=";

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /**
     * Networks such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 192.0.2.7}; throws {@link
     * IllegalArgumentException} that names a malformed one.
     */
    public static TrustedProxies of(List<String> networks) {
        return new TrustedProxies(networks.stream().map(TrustedProxies::network).toList());
    }

    private static Network network(String text) {
        try {
            return Network.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("trusted proxies: " + e.getMessage(), e);
        }
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** Whether this is the address of such a proxy. */
    public boolean trusts(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress socket && socket.getAddress() != null && trusts(socket.getAddress());
    }

    private boolean trusts(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * The client that a proxy names in a request's headers: the last address in each header that is not a trusted
     * proxy's itself, since everything before that may come from the client.
     *
     * @param forwarded the values of {@code Forwarded} (RFC 7239), in order
     * @param forwardedFor the values of {@code X-Forwarded-For}
     * @return the address, with port 0; empty if no header names one
     * @throws IllegalArgumentException if both headers name different clients: the proxy sets only one of them, and
     *     nobody knows which
     */
    public Optional<InetSocketAddress> clientOf(List<String> forwarded, List<String> forwardedFor) {
        Optional<InetAddress> first = lastClient(forwardedNodes(forwarded));
        Optional<InetAddress> second = lastClient(items(forwardedFor, ","));
        if (first.isPresent() && second.isPresent() && !first.equals(second)) {
            throw new IllegalArgumentException("Forwarded and X-Forwarded-For name different clients:"
                    + " the proxy must set one of them and remove the other");
        }
        return first.or(() -> second).map(address -> new InetSocketAddress(address, 0));
    }

    private Optional<InetAddress> lastClient(List<String> nodes) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            InetAddress address = node(nodes.get(i));
            if (address == null) {
                return Optional.empty();
            }
            if (i == 0 || !trusts(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    private static List<String> forwardedNodes(List<String> values) {
        List<String> nodes = new ArrayList<>();
        for (String element : items(values, ",")) {
            String node = "unknown";
            for (String pair : items(List.of(element), ";")) {
                if (pair.regionMatches(true, 0, FORWARDED_FOR, 0, FORWARDED_FOR.length())) {
                    node = pair.substring(FORWARDED_FOR.length());
                }
            }
            nodes.add(node);
        }
        return nodes;
    }

    private static List<String> items(List<String> values, String separator) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(separator)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** The address of a node with or without quotes, brackets and port; null if it is none. */
    private static @Nullable InetAddress node(String text) {
        String node = text.replace("\"", "");
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            return end < 0 ? null : Network.literal(node.substring(1, end));
        }
        int colon = node.indexOf(':');
        return Network.literal(colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node);
    }
}
