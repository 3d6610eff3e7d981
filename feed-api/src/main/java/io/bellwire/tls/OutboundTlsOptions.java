package io.bellwire.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of TLS for connections that the server opens. Immutable.
 *
 * @param authority PEM: certificates of authorities that are trusted besides those of the JDK
 * @param identity what is shown to a server that asks for a client certificate; empty for none
 */
public record OutboundTlsOptions(Optional<Path> authority, Optional<Identity> identity) {
    /** The authorities of the JDK, and no client certificate. */
    public static final OutboundTlsOptions DEFAULT = new OutboundTlsOptions(Optional.empty(), Optional.empty());

    /**
     * A client certificate.
     *
     * @param certificate PEM: the certificate, then those of its issuers up to, but without, the root
     * @param key PEM: its private key, unencrypted
     */
    public record Identity(Path certificate, Path key) {}
}
