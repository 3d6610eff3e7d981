package io.bellwire.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a server's TLS. Immutable.
 *
 * @param certificate PEM: the server's certificate, then those of its issuers up to, but without, the root
 * @param key PEM: its private key, unencrypted
 * @param clients whether clients show certificates too; empty for none
 */
public record TlsOptions(Path certificate, Path key, Optional<ClientCertificates> clients) {
    /** A server whose clients show no certificates. */
    public TlsOptions(Path certificate, Path key) {
        this(certificate, key, Optional.empty());
    }

    /**
     * Certificates of clients.
     *
     * @param authority PEM: the certificates of the authorities that issue them
     * @param isRequired whether a client without a certificate is refused in the handshake
     * @param name which part of a certificate names the device or partner
     */
    public record ClientCertificates(Path authority, boolean isRequired, CertifiedName name) {}
}
