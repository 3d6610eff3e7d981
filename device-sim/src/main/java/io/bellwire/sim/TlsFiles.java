package io.bellwire.sim;

import io.bellwire.device.net.ClientTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that connect to a server with TLS. Filled by picocli, then read. */
final class TlsFiles {
    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "PEM file with the authorities to trust, for https, mqtts and wss; else those of the JDK")
    private @Nullable Path authority;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "PEM file with a certificate to show to the server")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with its key")
    private @Nullable Path key;

    ClientTls toClientTls() {
        return authority == null && certificate == null && key == null
                ? ClientTls.SYSTEM
                : ClientTls.of(authority, certificate, key);
    }
}
