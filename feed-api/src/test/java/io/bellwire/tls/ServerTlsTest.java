package io.bellwire.tls;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import nl.altindag.ssl.pem.util.PemUtils;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files the server accepts, and when it reads them again. */
class ServerTlsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private TlsOptions certificates(String name) {
        return DevCertificates.in(folder.resolve(name), "127.0.0.1", Clock.systemUTC(), RANDOM)
                .server();
    }

    private ServerTls open(TlsOptions options, Duration lookInterval) {
        return ServerTls.open(options, lookInterval, RANDOM, meters);
    }

    private double reloads(String result) {
        return meters.get("bellwire.tls.reloads")
                .tag("result", result)
                .counter()
                .count();
    }

    private static void replace(Path file, Path by) throws Exception {
        Path copy = Files.copy(by, file.resolveSibling("copy"));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private String refusal(TlsOptions options) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> open(options, NEVER)
                        .close())
                .getMessage());
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void onlyTodaysVersionsAndCipherSuitesAreEnabled() {
        try (ServerTls tls = open(certificates("a"), NEVER)) {
            var engine = tls.newEngine(ServerTls.MQTT);
            assertEquals(List.of("TLSv1.3", "TLSv1.2"), List.of(engine.getEnabledProtocols()));
            for (String suite : engine.getEnabledCipherSuites()) {
                assertTrue(suite.matches("TLS_(ECDHE_.*)?(AES|CHACHA20).*|TLS_ECDHE_.*(GCM|CHACHA20).*"), suite);
                assertFalse(suite.matches(".*(CBC|SHA$|RC4|NULL|DES).*"), suite);
            }
            assertEquals("mqtt", engine.getSSLParameters().getApplicationProtocols()[0]);
        }
    }

    @Test
    void fileThatIsMissingBrokenOrOfAnotherKeyIsNamed() throws Exception {
        TlsOptions good = certificates("a");
        Path missing = folder.resolve("missing.pem");
        Path broken = Files.writeString(folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");

        assertEquals("there is no file " + missing, refusal(new TlsOptions(missing, good.key())));
        assertEquals("there is no file " + missing, refusal(new TlsOptions(good.certificate(), missing)));
        for (Path wrong : List.of(broken, empty, good.key())) {
            assertTrue(refusal(new TlsOptions(wrong, good.key())).contains(wrong.toString()));
        }
        for (Path wrong : List.of(broken, empty, good.certificate())) {
            assertTrue(refusal(new TlsOptions(good.certificate(), wrong)).contains(wrong.toString()));
        }
        Path other = certificates("b").key();
        assertEquals(
                "the key in " + other + " is not that of the first certificate in " + good.certificate(),
                refusal(new TlsOptions(good.certificate(), other)));
        TlsOptions.ClientCertificates clients =
                new TlsOptions.ClientCertificates(missing, true, CertifiedName.SUBJECT_CN);
        assertEquals(
                "there is no file " + missing,
                refusal(new TlsOptions(good.certificate(), good.key(), Optional.of(clients))));
    }

    @Test
    void keyMayHaveItsTraditionalForm() throws Exception {
        TlsOptions good = certificates("a");
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(PemUtils.loadPrivateKey(good.key()));
        }
        assertTrue(text.toString().startsWith("-----BEGIN EC PRIVATE KEY-----"), text.toString());
        Path key = Files.writeString(folder.resolve("key.pem"), text.toString());
        open(new TlsOptions(good.certificate(), key), NEVER).close();
    }

    @Test
    void changedFilesAreUsedAndBrokenOnesAreNot() throws Exception {
        TlsOptions used = certificates("used");
        TlsOptions other = certificates("other");
        try (ServerTls tls = open(used, SOON)) {
            assertEquals(0, reloads("loaded"));

            replace(used.certificate(), other.certificate());
            await().until(() -> reloads("refused") == 1);

            replace(used.key(), other.key());
            await().until(() -> reloads("loaded") == 1);
            // one line for a broken file, however often it is looked at
            Files.writeString(used.key(), "no key");
            await().until(() -> reloads("refused") == 2);
            await().during(SOON.multipliedBy(5)).until(() -> reloads("refused") == 2);
            assertEquals(1, reloads("loaded"));
            assertTrue(tls.reload().isPresent());
        }
    }

    @Test
    void expiryIsAMetric() {
        try (ServerTls tls = open(certificates("a"), NEVER)) {
            assertEquals(Optional.empty(), tls.reload());
            long days = Duration.between(Clock.systemUTC().instant(), java.time.Instant.ofEpochSecond((long)
                            meters.get("bellwire.tls.certificate.expiry")
                                    .gauge()
                                    .value()))
                    .toDays();
            assertTrue(days >= 88 && days <= 90, days + " days");
        }
    }

    @Test
    void devCertificatesAreKeptUntilTheyAreAboutToEndAndOnlyTheirOwnerReadsThem() throws Exception {
        DevCertificates made = DevCertificates.in(folder.resolve("dev"), "127.0.0.1", Clock.systemUTC(), RANDOM);
        String certificate = Files.readString(made.authority());
        for (Path file :
                List.of(made.authority(), made.server().key(), made.server().certificate())) {
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertEquals(made, DevCertificates.in(folder.resolve("dev"), "127.0.0.1", Clock.systemUTC(), RANDOM));
        assertEquals(certificate, Files.readString(made.authority()));
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(84));
        assertEquals(made, DevCertificates.in(folder.resolve("dev"), "127.0.0.1", later, RANDOM));
        assertFalse(certificate.equals(Files.readString(made.authority())));
        BigInteger serial =
                PemUtils.loadCertificate(made.server().certificate()).get(0).getSerialNumber();
        assertEquals(made, DevCertificates.in(folder.resolve("dev"), "127.0.0.7", later, RANDOM), "another address");
        assertFalse(serial.equals(
                PemUtils.loadCertificate(made.server().certificate()).get(0).getSerialNumber()));
    }
}
