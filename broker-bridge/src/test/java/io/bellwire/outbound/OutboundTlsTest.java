package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import io.bellwire.tls.DevCertificates;
import io.bellwire.tls.OutboundTls;
import io.bellwire.tls.OutboundTlsOptions;
import io.bellwire.tls.OutboundTlsOptions.Identity;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers with TLS: whose certificates are trusted, that the host's name counts, and what the client shows. */
@Timeout(120)
class OutboundTlsTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private DevCertificates certificates;
    private Identity identity;
    private final List<String> indicated = new CopyOnWriteArrayList<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();

    @BeforeEach
    void makeCertificates() {
        certificates = DevCertificates.in(folder, "127.0.0.1", Clock.systemUTC(), RANDOM);
        identity = new Identity(
                certificates.server().certificate(), certificates.server().key());
    }

    private RawServer receiver(Consumer<SSLParameters> changes) throws Exception {
        OutboundTlsOptions own = new OutboundTlsOptions(Optional.of(certificates.authority()), Optional.of(identity));
        SSLServerSocket socket = (SSLServerSocket)
                OutboundTls.read(own, RANDOM).getServerSocketFactory().createServerSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setSNIMatchers(List.of(new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
            @Override
            public boolean matches(SNIServerName name) {
                indicated.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
                return true;
            }
        }));
        changes.accept(parameters);
        socket.setSSLParameters(parameters);
        return new RawServer(socket, "127.0.0.1", (request, client) -> {
            if (parameters.getNeedClientAuth()) {
                shown.add(((SSLSocket) client).getSession().getPeerPrincipal().getName());
            }
            RawServer.Answer.ok("ok").to(request, client);
        });
    }

    private static OutboundFixture fixture(OutboundTlsOptions tls) {
        OutboundFixture fixture =
                new OutboundFixture(OutboundFixture.OPTIONS.toBuilder().tls(tls).build());
        fixture.name("localhost", "127.0.0.1");
        return fixture;
    }

    private OutboundTlsOptions trusting() {
        return new OutboundTlsOptions(Optional.of(certificates.authority()), Optional.empty());
    }

    private static URI url(String host, RawServer receiver) {
        return URI.create("https://" + host + ":" + receiver.port() + "/");
    }

    @Test
    void receiverWithATrustedCertificateOfItsNameIsCalled() throws Exception {
        try (RawServer receiver = receiver(unchanged -> {});
                OutboundFixture fixture = fixture(trusting())) {
            assertEquals(200, fixture.answer(url("localhost", receiver)).status());
            assertEquals(200, fixture.answer(url("127.0.0.1", receiver)).status());
            assertEquals(200, fixture.answer(url("localhost", receiver)).status());
            assertEquals(2, receiver.accepted());
        }
    }

    @Test
    void certificateOfAnotherNameIsRefusedAndNothingSent() throws Exception {
        try (RawServer receiver = receiver(unchanged -> {});
                OutboundFixture fixture = fixture(trusting())) {
            Failed failure = fixture.failure(url("loopback.example", receiver));

            assertEquals(Reason.TLS, failure.reason(), failure.detail());
            assertEquals(List.of("loopback.example"), indicated);
            assertEquals(List.of(), receiver.requests());
        }
    }

    @Test
    void certificateOfAnUnknownAuthorityIsRefused() throws Exception {
        try (RawServer receiver = receiver(unchanged -> {});
                OutboundFixture fixture = fixture(OutboundTlsOptions.DEFAULT)) {
            assertEquals(Reason.TLS, fixture.failure(url("localhost", receiver)).reason());
            assertEquals(List.of(), receiver.requests());
        }
    }

    @Test
    void oldVersionsOfTlsAreRefused() throws Exception {
        try (RawServer receiver = receiver(parameters -> parameters.setProtocols(new String[] {"TLSv1.1"}));
                OutboundFixture fixture = fixture(trusting())) {
            assertTrue(Set.of(Reason.TLS, Reason.CLOSED, Reason.CONNECT)
                    .contains(fixture.failure(url("localhost", receiver)).reason()));
            assertEquals(List.of(), receiver.requests());
        }
    }

    @Test
    void receiverWithoutTlsIsNoReceiver() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("plain"));
                OutboundFixture fixture = fixture(trusting())) {
            Failed failure = fixture.failure(url("localhost", receiver), Duration.ofSeconds(1));
            assertTrue(Set.of(Reason.TLS, Reason.TIMEOUT).contains(failure.reason()), failure::toString);
        }
    }

    @Test
    void clientCertificateIsShownToAReceiverThatAsks() throws Exception {
        OutboundTlsOptions both = new OutboundTlsOptions(Optional.of(certificates.authority()), Optional.of(identity));
        try (RawServer receiver = receiver(parameters -> parameters.setNeedClientAuth(true));
                OutboundFixture with = fixture(both);
                OutboundFixture without = fixture(trusting())) {
            assertEquals(200, with.answer(url("localhost", receiver)).status());
            assertEquals(List.of("CN=localhost"), shown);

            Failed failure = without.failure(url("localhost", receiver));
            assertTrue(Set.of(Reason.TLS, Reason.CLOSED).contains(failure.reason()), failure::toString);
            assertEquals(1, receiver.requests().size());
        }
    }

    /** Those that the JDK trusts stay trusted: the file adds to them. */
    @Test
    void authoritiesOfTheJdkAreTrustedToo() throws Exception {
        Path none = Files.createFile(folder.resolve("empty.pem"));
        for (Path wrong : List.of(none, folder.resolve("missing.pem"))) {
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> OutboundTls.read(
                                    new OutboundTlsOptions(Optional.of(wrong), Optional.empty()), RANDOM))
                    .getMessage());
            assertTrue(message.contains(wrong.toString()), message);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> OutboundTls.read(
                        new OutboundTlsOptions(
                                Optional.empty(),
                                Optional.of(new Identity(
                                        certificates.authority(),
                                        certificates.server().key()))),
                        RANDOM));
    }
}
