package io.bellwire.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The client's side of TLS, for connections that the server opens. Its files are read once. */
public final class OutboundTls {
    private OutboundTls() {}

    /** Reads the files. Throws {@link IllegalArgumentException} of one line that names the file that is wrong. */
    public static SSLContext read(OutboundTlsOptions options, SecureRandom random) {
        KeyManager[] identity = options.identity()
                .map(files -> PemFiles.keyManagers(files.certificate(), files.key()))
                .orElse(null);
        try {
            TrustManager[] trust = null;
            if (options.authority().isPresent()) {
                KeyStore trusted = PemFiles.trusted(options.authority().get());
                addThoseOfTheJdk(trusted);
                trust = PemFiles.trustIn(trusted);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity, trust, random);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private static void addThoseOfTheJdk(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory defaults = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        defaults.init((KeyStore) null);
        int number = 0;
        for (TrustManager manager : defaults.getTrustManagers()) {
            if (manager instanceof X509TrustManager authorities) {
                for (X509Certificate authority : authorities.getAcceptedIssuers()) {
                    trusted.setCertificateEntry("jdk-" + number++, authority);
                }
            }
        }
    }
}
