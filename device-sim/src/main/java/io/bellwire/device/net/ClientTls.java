package io.bellwire.device.net;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import nl.altindag.ssl.SSLFactory;
import nl.altindag.ssl.pem.util.PemUtils;
import org.jspecify.annotations.Nullable;

/**
 * The device's side of TLS: which authorities it trusts, and which certificate it shows. Host names are verified by
 * everything that uses it. Thread-safe.
 */
public final class ClientTls {
    /** Trusts the authorities that the JDK trusts, and shows no certificate. */
    public static final ClientTls SYSTEM =
            new ClientTls(SSLFactory.builder().withDefaultTrustMaterial().build());

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLFactory factory;

    private ClientTls(SSLFactory factory) {
        this.factory = factory;
    }

    /**
     * Reads PEM files; throws {@link IllegalArgumentException} that names one that cannot be used.
     *
     * @param authority the authorities to trust; null for those of the JDK
     * @param certificate the device's own certificate, with those of its issuers; null for none
     * @param key its unencrypted key; null if there is no certificate
     */
    public static ClientTls of(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate and its key belong together");
        }
        SSLFactory.Builder builder = SSLFactory.builder();
        if (authority == null) {
            builder.withDefaultTrustMaterial();
        } else {
            use(authority, () -> builder.withTrustMaterial(PemUtils.loadTrustMaterial(authority)));
        }
        if (certificate != null && key != null) {
            use(key, () -> builder.withIdentityMaterial(PemUtils.loadIdentityMaterial(certificate, key)));
        }
        return new ClientTls(builder.build());
    }

    private static void use(Path file, Runnable reading) {
        try {
            reading.run();
        } catch (RuntimeException e) { // of several kinds
            throw new IllegalArgumentException(file + " cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** An HTTP/1.1 client that uses it. */
    public HttpClient newHttpClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context())
                .sslParameters(parameters())
                .build();
    }

    /** For clients that make their connections themselves. */
    SSLContext context() {
        return factory.getSslContext();
    }

    /** What {@link #context} alone does not say: today's versions, and that the server's host name counts. */
    SSLParameters parameters() {
        SSLParameters parameters = context().getDefaultSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    TrustManagerFactory trust() {
        return factory.getTrustManagerFactory()
                .orElseThrow(() -> new IllegalStateException("it always trusts somebody"));
    }

    /** Empty if it shows no certificate. */
    Optional<KeyManagerFactory> keys() {
        return factory.getKeyManagerFactory();
    }
}
