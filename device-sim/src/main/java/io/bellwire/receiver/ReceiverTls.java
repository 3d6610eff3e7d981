package io.bellwire.receiver;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import nl.altindag.ssl.SSLFactory;
import nl.altindag.ssl.pem.util.PemUtils;
import org.jspecify.annotations.Nullable;

/** The certificate that a receiver shows, and whether it asks callers for theirs. Thread-safe. */
public final class ReceiverTls {
    private final SSLContext context;
    private final boolean needsClientCertificate;

    private ReceiverTls(SSLContext context, boolean needsClientCertificate) {
        this.context = context;
        this.needsClientCertificate = needsClientCertificate;
    }

    /**
     * Reads PEM files; throws {@link IllegalArgumentException} if one cannot be used.
     *
     * @param clientAuthority the authorities of callers' certificates; null to ask for none
     */
    public static ReceiverTls of(Path certificate, Path key, @Nullable Path clientAuthority) {
        SSLFactory.Builder builder = SSLFactory.builder();
        try {
            builder.withIdentityMaterial(PemUtils.loadIdentityMaterial(certificate, key));
            if (clientAuthority != null) {
                builder.withTrustMaterial(PemUtils.loadTrustMaterial(clientAuthority));
            }
            return new ReceiverTls(builder.build().getSslContext(), clientAuthority != null);
        } catch (RuntimeException unusable) { // of several kinds
            throw new IllegalArgumentException("a TLS file cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    SSLContext context() {
        return context;
    }

    SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setNeedClientAuth(needsClientCertificate);
        return parameters;
    }
}
