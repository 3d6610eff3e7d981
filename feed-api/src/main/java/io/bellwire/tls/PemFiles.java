package io.bellwire.tls;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import nl.altindag.ssl.pem.util.PemUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the files of {@link TlsOptions} contain. Immutable. All errors are {@link IllegalArgumentException}s of one line
 * that names the file.
 *
 * @param context makes the server's side of new connections
 * @param certificate the server's
 */
record PemFiles(SSLContext context, X509Certificate certificate) {
    private static final byte[] PROBE = "key and certificate".getBytes(StandardCharsets.US_ASCII);
    private static final char[] NO_PASSWORD = {};

    /** Reads the files. */
    static PemFiles read(TlsOptions options, SecureRandom random) {
        List<X509Certificate> chain = certificates(options.certificate());
        KeyManager[] identity = keyManagers(options.certificate(), chain, options.key());
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity,
                    options.clients().isPresent()
                            ? trustIn(trusted(options.clients().get().authority()))
                            : null,
                    random);
            return new PemFiles(context, chain.get(0));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(options.certificate() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The certificate in the first file with the key in the second one. */
    static KeyManager[] keyManagers(Path certificate, Path keyFile) {
        return keyManagers(certificate, certificates(certificate), keyFile);
    }

    private static KeyManager[] keyManagers(Path certificate, List<X509Certificate> chain, Path keyFile) {
        PrivateKey key = key(keyFile);
        if (!isPair(key, chain.get(0))) {
            throw new IllegalArgumentException(
                    "the key in " + keyFile + " is not that of the first certificate in " + certificate);
        }
        try {
            KeyStore keys = empty();
            keys.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            identity.init(keys, NO_PASSWORD);
            return identity.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(certificate + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The certificates in this file, to be trusted. */
    static KeyStore trusted(Path authorities) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        int number = 0;
        for (X509Certificate authority : certificates(authorities)) {
            trusted.setCertificateEntry("authority-" + number++, authority);
        }
        return trusted;
    }

    static TrustManager[] trustIn(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers();
    }

    private static List<X509Certificate> certificates(Path file) {
        String text = text(file);
        List<X509Certificate> found;
        try {
            found = PemUtils.parseCertificate(text);
        } catch (RuntimeException e) { // of several kinds
            throw new IllegalArgumentException(file + " is not a PEM file with certificates: " + reason(e), e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(file + " has no certificate");
        }
        return found;
    }

    private static PrivateKey key(Path file) {
        String text = text(file);
        PrivateKey found;
        try {
            found = PemUtils.parsePrivateKey(text);
        } catch (RuntimeException e) { // of several kinds
            throw new IllegalArgumentException(file + " is not a PEM file with an unencrypted key: " + reason(e), e);
        }
        return Optional.ofNullable(found).orElseThrow(() -> new IllegalArgumentException(file + " has no private key"));
    }

    /** The first line of the innermost reason. */
    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason is given");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException("this user may not read " + file, e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + " is not a PEM file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether the certificate's public key verifies what the key signs. */
    private static boolean isPair(PrivateKey key, X509Certificate certificate) {
        String algorithm = signatureAlgorithm(key);
        if (algorithm == null) {
            throw new IllegalArgumentException(
                    "a key of type " + key.getAlgorithm() + " cannot be used: use RSA, ECDSA or Ed25519");
        }
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROBE);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    private static @Nullable String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "Ed25519", "EdDSA" -> "Ed25519";
            default -> null;
        };
    }
}
