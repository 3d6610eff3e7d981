package io.bellwire.serve;

import io.bellwire.admission.TrustedProxies;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.tls.CertifiedName;
import io.bellwire.tls.TlsOptions;
import io.bellwire.tls.TlsOptions.ClientCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} about TLS and proxies. Filled by picocli, then read. */
final class TlsArguments {
    private static final String DEV_FOLDER = "dev-tls";

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "PEM file with the server's certificate and those of its issuers: turns TLS on for HTTP, MQTT"
                    + " and WebSocket. Read again when it changes, and at SIGHUP.")
    @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with its private key.")
    @Nullable Path key;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description = "PEM file with the authorities whose certificates clients may show.")
    @Nullable Path clientAuthority;

    /** Whether clients show certificates. */
    enum ClientAuth {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    @Option(
            names = "--tls-client-auth",
            paramLabel = "none|optional|required",
            description = "Whether clients show certificates. Default: optional with --tls-client-ca, else none.")
    @Nullable ClientAuth clientAuth;

    @Option(
            names = "--tls-client-id",
            paramLabel = "subject-cn|san-dns|san-uri",
            defaultValue = "subject-cn",
            converter = NameConverter.class,
            description = "What in a client's certificate is the id of its device or partner.")
    CertifiedName clientId = CertifiedName.SUBJECT_CN;

    @Option(
            names = "--dev-tls",
            description = "TLS with certificates that the server makes in its data folder, for trying it out.")
    boolean devTls;

    @Option(
            names = "--trusted-proxies",
            paramLabel = "NETWORK",
            split = ",",
            description =
                    "Addresses or networks of proxies, separated by commas, that say which address a client has: by"
                            + " the PROXY protocol, Forwarded or X-Forwarded-For.")
    List<String> trustedProxies = new ArrayList<>();

    @Option(
            names = "--insecure",
            description = "Let ports without TLS listen on addresses that other machines can reach.")
    boolean insecure;

    /** Throws {@link ConfigurationException} if options exclude each other. */
    TransportOptions toTransportOptions(Path dataFolder) {
        boolean hasFiles = certificate != null || key != null;
        if (hasFiles && (certificate == null || key == null)) {
            throw new ConfigurationException("--tls-cert and --tls-key belong together");
        }
        if (hasFiles && devTls) {
            throw new ConfigurationException("--dev-tls and --tls-cert exclude each other");
        }
        Optional<ClientCertificates> clients = clients();
        if (clients.isPresent() && !hasFiles) {
            throw new ConfigurationException("--tls-client-ca needs --tls-cert and --tls-key");
        }
        return new TransportOptions(
                certificate == null || key == null
                        ? Optional.empty()
                        : Optional.of(new TlsOptions(certificate, key, clients)),
                devTls ? Optional.of(dataFolder.resolve(DEV_FOLDER)) : Optional.empty(),
                TrustedProxies.of(trustedProxies),
                insecure);
    }

    private Optional<ClientCertificates> clients() {
        if (clientAuthority == null) {
            if (clientAuth != null && clientAuth != ClientAuth.NONE) {
                throw new ConfigurationException("--tls-client-auth needs --tls-client-ca");
            }
            return Optional.empty();
        }
        return clientAuth == ClientAuth.NONE
                ? Optional.empty()
                : Optional.of(new ClientCertificates(clientAuthority, clientAuth == ClientAuth.REQUIRED, clientId));
    }

    /** Reads {@code subject-cn} and the like. */
    static final class NameConverter implements picocli.CommandLine.ITypeConverter<CertifiedName> {
        @Override
        public CertifiedName convert(String text) {
            for (CertifiedName name : CertifiedName.values()) {
                if (name.name().replace('_', '-').equalsIgnoreCase(text)) {
                    return name;
                }
            }
            throw new picocli.CommandLine.TypeConversionException(
                    "'" + text + "' is not subject-cn, san-dns or san-uri");
        }
    }
}
