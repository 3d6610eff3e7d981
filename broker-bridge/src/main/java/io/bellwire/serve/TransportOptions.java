package io.bellwire.serve;

import io.bellwire.admission.TrustedProxies;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.tls.DevCertificates;
import io.bellwire.tls.ServerTls;
import io.bellwire.tls.TlsOptions;
import io.bellwire.tls.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How clients reach the ports of a server. Immutable.
 *
 * @param tls the files of TLS; empty for plain text
 * @param devTls the folder of certificates that the server makes itself, in place of {@code tls}
 * @param proxies whose word counts about the address of a client
 * @param isInsecure whether plain text may leave this machine
 */
public record TransportOptions(
        Optional<TlsOptions> tls, Optional<Path> devTls, TrustedProxies proxies, boolean isInsecure) {
    /** Plain text, on a loopback address only. */
    public static final TransportOptions LOOPBACK =
            new TransportOptions(Optional.empty(), Optional.empty(), TrustedProxies.NONE, false);

    /** TLS with the files of {@code options}. */
    public TransportOptions withTls(TlsOptions options) {
        return new TransportOptions(Optional.of(options), Optional.empty(), proxies, isInsecure);
    }

    /** TLS with certificates that the server makes in {@code folder}. */
    public TransportOptions withDevTls(Path folder) {
        return new TransportOptions(Optional.empty(), Optional.of(folder), proxies, isInsecure);
    }

    public TransportOptions withProxies(TrustedProxies trusted) {
        return new TransportOptions(tls, devTls, trusted, isInsecure);
    }

    /** What the ports use, and the files that clients need. */
    record Opened(Transport transport, Optional<Path> authority) {}

    /** Throws {@link ConfigurationException} if ports without TLS would listen on an address that others can reach. */
    void requireLoopback(String host) {
        if (tls.isEmpty() && devTls.isEmpty() && !isInsecure && !isLoopback(host)) {
            throw new ConfigurationException(
                    "--host " + host + ": without TLS the server listens only on a loopback"
                            + " address; use --tls-cert and --tls-key, or --insecure if the network, or a TLS proxy, protects it");
        }
    }

    /** Reads the files. Throws {@link ConfigurationException} if one is missing or wrong. */
    Opened open(String host, Clock clock, SecureRandom random, MeterRegistry meters) {
        try {
            DevCertificates made = devTls.map(folder -> DevCertificates.in(folder, host, clock, random))
                    .orElse(null);
            Optional<TlsOptions> files = made == null ? tls : Optional.of(made.server());
            @Nullable ServerTls server = files.map(options -> ServerTls.open(options, random, meters))
                    .orElse(null);
            return new Opened(
                    new Transport(server, proxies), Optional.ofNullable(made).map(DevCertificates::authority));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new ConfigurationException("TLS: " + e.getMessage(), e);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigurationException("--host: there is no host " + host, e);
        }
    }
}
