package io.bellwire.outbound;

import io.bellwire.admission.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A URL that may be called, as far as its text says: what its host's name resolves to is checked at each call.
 * Immutable.
 *
 * @param uri what was given
 * @param host in lower case, an IPv6 address without brackets
 * @param port the port of the scheme if the URL has none
 * @param address the host, if it is an address
 */
public record TargetUrl(URI uri, String host, int port, Optional<InetAddress> address) {
    /** The longest URL, in characters. */
    public static final int LENGTH_MAX = 2_048;

    private static final int PORT_MAX = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Throws {@link IllegalArgumentException} with a message for the user, who gave the URL, if it must not be called.
     *
     * @param isHttpAllowed whether calls without TLS are allowed
     */
    public static TargetUrl of(String text, boolean isHttpAllowed, AddressRules rules) {
        if (text.length() > LENGTH_MAX) {
            throw refused("has more than " + LENGTH_MAX + " characters");
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw refused("must be ASCII without spaces: write the host as punycode, other characters as %XX");
        }
        URI uri = parsed(text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(isHttpAllowed && scheme.equals("http"))) {
            throw refused("must begin with https://");
        }
        if (uri.getRawFragment() != null) {
            throw refused("must have no fragment (#)");
        }
        if (uri.getRawAuthority() == null) {
            throw refused("has no host");
        }
        if (uri.getRawAuthority().contains("@")) {
            throw refused("must have no user name or password");
        }
        if (uri.getHost() == null) {
            throw refused("has a malformed host or port");
        }
        if (uri.getRawAuthority().endsWith(":") || uri.getPort() == 0 || uri.getPort() > PORT_MAX) {
            throw refused("has a port that is not 1 to " + PORT_MAX);
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        Optional<InetAddress> address = address(host);
        address.flatMap(rules::whyForbidden).ifPresent(reason -> {
            throw refused("must not be called: " + host + " " + reason);
        });
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        return new TargetUrl(uri, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, address);
    }

    private static URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw refused("is malformed: " + e.getReason());
        }
    }

    /** The address that the host is; empty if it is a name. */
    private static Optional<InetAddress> address(String host) {
        if (host.startsWith("[")) {
            return Optional.of(literal(host.substring(1, host.length() - 1)));
        }
        if (host.endsWith(".")) {
            throw refused("has a host that ends with a full stop");
        }
        // resolvers read a name that ends in a number as an address, in forms that differ: 127.1, 0x7f.1, 0177.0.0.1
        String last = host.substring(host.lastIndexOf('.') + 1);
        if (!last.matches("[0-9]+|0x[0-9a-f]*")) {
            return Optional.empty();
        }
        String octet = "(0|[1-9][0-9]{0,2})";
        if (!host.matches(octet + "(\\." + octet + "){3}")) {
            throw refused("has an address that is not four decimal numbers");
        }
        return Optional.of(literal(host));
    }

    private static InetAddress literal(String text) {
        @Nullable InetAddress address = Network.literal(text);
        if (address == null) {
            throw refused("has a malformed address");
        }
        return address;
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("the URL " + why);
    }
}
