package io.bellwire.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nl.altindag.ssl.pem.util.PemUtils;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A throw-away certificate authority and a server certificate, for trying TLS out. The authority's key is not kept, so
 * that nobody can issue another certificate; what is in the folder is used again until it is about to end. Immutable.
 *
 * @param server the files of the server
 * @param authority PEM: what clients have to trust
 */
public record DevCertificates(TlsOptions server, Path authority) {
    private static final Duration VALID_FOR = Duration.ofDays(90);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(7);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int SERIAL_BITS = 120;

    /**
     * The certificates in {@code folder}, made if there are none for these hosts. Throws {@link UncheckedIOException}
     * if the folder cannot be used.
     *
     * @param host the address that the server listens on; the certificate is for it, for this machine's name and for
     *     the loopback addresses
     */
    public static DevCertificates in(Path folder, String host, Clock clock, SecureRandom random) {
        DevCertificates files = new DevCertificates(
                new TlsOptions(folder.resolve("server.pem"), folder.resolve("server-key.pem")),
                folder.resolve("ca.pem"));
        Set<String> hosts = hosts(host);
        try {
            if (!files.areGoodFor(hosts, clock.instant())) {
                files.make(folder, hosts, clock.instant(), random);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the certificates of dev-tls in " + folder + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this JDK cannot make certificates", e);
        }
        return files;
    }

    private static Set<String> hosts(String host) {
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException nameless) {
            hosts.add(host);
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress()) {
                hosts.add(isAddress(host) ? address.getHostAddress() : host);
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no host " + host, e);
        }
        return hosts;
    }

    private static boolean isAddress(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    private boolean areGoodFor(Set<String> hosts, Instant now) throws GeneralSecurityException {
        if (!Files.exists(authority) || !Files.exists(server.certificate()) || !Files.exists(server.key())) {
            return false;
        }
        X509Certificate certificate;
        try {
            certificate = PemUtils.loadCertificate(server.certificate()).get(0);
        } catch (RuntimeException broken) { // of several kinds
            return false;
        }
        Collection<List<?>> names =
                Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
        return certificate.getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE))
                && names.stream()
                        .map(name -> String.valueOf(name.get(1)))
                        .toList()
                        .containsAll(hosts);
    }

    private void make(Path folder, Set<String> hosts, Instant now, SecureRandom random)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Files.createDirectories(folder);
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"), random);
        KeyPair authorityKeys = keys.generateKeyPair();
        X500Name issuer = new X500Name("CN=Bellwire dev-tls " + new BigInteger(32, random).toString(36));
        X509v3CertificateBuilder root = builder(issuer, issuer, authorityKeys, now, random);
        root.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        root.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));

        KeyPair serverKeys = keys.generateKeyPair();
        X509v3CertificateBuilder own = builder(issuer, new X500Name("CN=localhost"), serverKeys, now, random);
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            names.add(new GeneralName(isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        own.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));

        // the authority last: who finds it finds a certificate of its own
        write(server.key(), new JcaPKCS8Generator(serverKeys.getPrivate(), null).generate());
        write(server.certificate(), signed(own, authorityKeys));
        write(authority, signed(root, authorityKeys));
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair keys, Instant now, SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(VALID_FOR)),
                subject,
                keys.getPublic());
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair authority)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
    }

    /** Writes the file completely or not at all; at no time may others read it. */
    private static void write(Path file, Object pem) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(pem);
        }
        FileAttribute<?>[] mode = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path newFile = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(newFile);
        Files.createFile(newFile, mode);
        Files.writeString(newFile, text.toString(), StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
