package io.bellwire.alert;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.bellwire.alert.AlertFailure.Kind;
import io.bellwire.tls.DevCertificates;
import io.bellwire.tls.OutboundTls;
import io.bellwire.tls.OutboundTlsOptions;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages as mail servers get them: a real one, and one that behaves as the test wants. */
@Timeout(120)
class MailSenderTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String FROM = "bellwire@shop.example";
    private static final String ALICE = "alice@partner.example";
    private static final String PASSWORD = "confidential-9";
    private static final Duration MAIL_TIME = Duration.ofSeconds(30);
    private static final long ACCEPTED = Instant.parse("2026-11-22T08:09:10Z").toEpochMilli();
    private static final Alert ALERT = new Alert("partners/p1", "a subject", List.of("first line", "second line"));

    /** The beginning of a greeting that does not end. */
    private static final int[] GREETING = "220-welcome".chars().toArray();

    /** The beginning of a record of 16,384 bytes of a TLS handshake. */
    private static final int[] HANDSHAKE = {22, 3, 3, 64, 0, 2, 0, 63, 252, 3, 3};

    @TempDir
    Path folder;

    private static MailServer server(URI url, Optional<MailServer.Login> login, Optional<Path> authority) {
        return server(url, login, authority, Duration.ofSeconds(5));
    }

    private static MailServer server(
            URI url, Optional<MailServer.Login> login, Optional<Path> authority, Duration timeout) {
        return new MailServer(url, login, FROM, authority, timeout, MAIL_TIME);
    }

    private static void send(MailServer server, Alert alert) throws AlertFailure {
        send(server, new HeldAlarms(), alert);
    }

    private static void send(MailServer server, HeldAlarms alarms, Alert alert) throws AlertFailure {
        new MailSender(server, alarms, RANDOM).send(ALICE, alert, ACCEPTED);
    }

    private static Kind failure(MailServer server) {
        AlertFailure failure = assertThrows(AlertFailure.class, () -> send(server, ALERT));
        assertFalse(String.valueOf(failure.getMessage()).contains("alice"), failure.getMessage());
        assertFalse(String.valueOf(failure.getMessage()).contains(PASSWORD), failure.getMessage());
        return failure.kind();
    }

    private static GreenMail greenMail() {
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        return mail;
    }

    private static URI url(GreenMail mail) {
        return URI.create("smtp://127.0.0.1:" + mail.getSmtp().getPort());
    }

    @Test
    void messageSaysWhatItIsAndNothingOfTheMachine() throws Exception {
        GreenMail mail = greenMail();
        try {
            send(server(url(mail), Optional.empty(), Optional.empty()), ALERT);

            MimeMessage message = mail.getReceivedMessages()[0];
            assertEquals("[Bellwire] a subject", message.getSubject());
            assertEquals(
                    "first line\r\nsecond line", message.getContent().toString().strip());
            assertEquals(FROM, message.getFrom()[0].toString());
            assertEquals(ALICE, message.getAllRecipients()[0].toString());
            assertEquals("auto-generated", message.getHeader("Auto-Submitted")[0]);
            assertEquals(ACCEPTED, message.getSentDate().toInstant().toEpochMilli());
            assertTrue(message.getMessageID().matches("<[0-9a-f]{32}@shop\\.example>"), message.getMessageID());
        } finally {
            mail.stop();
        }
    }

    @Test
    void whatOthersHaveChosenIsInTheTextOnly() throws Exception {
        GreenMail mail = greenMail();
        try {
            Alert hostile = new Alert(
                    "partners/p1",
                    "p1/main\r\nBcc: thief@example.com\r\n\r\nBäckerei",
                    List.of(".", "a\r\n.\r\nRCPT TO:<thief@example.com>", "..end"));
            send(server(url(mail), Optional.empty(), Optional.empty()), hostile);

            assertEquals(1, mail.getReceivedMessages().length);
            MimeMessage message = mail.getReceivedMessages()[0];
            assertEquals(1, message.getAllRecipients().length);
            assertEquals("[Bellwire] p1/main  Bcc: thief@example.com    Bäckerei", message.getSubject());
            assertEquals(
                    ".\r\na  .  RCPT TO:<thief@example.com>\r\n..end",
                    message.getContent().toString().strip());
        } finally {
            mail.stop();
        }
    }

    @Test
    void loginIsNeededWhereTheServerAsksForOne() throws Exception {
        GreenMail mail = greenMail();
        try {
            mail.setUser(FROM, "bellwire", PASSWORD);
            mail.getUserManager().setAuthRequired(true);
            send(server(url(mail), Optional.of(new MailServer.Login("bellwire", PASSWORD)), Optional.empty()), ALERT);
            assertEquals(1, mail.getReceivedMessages().length);

            assertEquals(
                    Kind.UNREACHABLE,
                    failure(server(
                            url(mail), Optional.of(new MailServer.Login("bellwire", "wrong")), Optional.empty())));
        } finally {
            mail.stop();
        }
    }

    private static SSLContext contextOf(DevCertificates certificates) {
        return OutboundTls.read(
                new OutboundTlsOptions(
                        Optional.of(certificates.authority()),
                        Optional.of(new OutboundTlsOptions.Identity(
                                certificates.server().certificate(),
                                certificates.server().key()))),
                RANDOM);
    }

    @Test
    void smtpsIsTlsFromTheBeginningAndTheCertificateIsChecked() throws Exception {
        DevCertificates certificates = DevCertificates.in(folder, "127.0.0.1", Clock.systemUTC(), RANDOM);
        Optional<Path> trusted = Optional.of(certificates.authority());
        Optional<MailServer.Login> login = Optional.of(new MailServer.Login("bellwire", PASSWORD));
        try (SmtpServer smtp = new SmtpServer(Optional.of(contextOf(certificates)))) {
            smtp.isTlsFirst = true;
            send(server(smtp.url("localhost", ""), login, trusted), ALERT);
            assertTrue(
                    smtp.lines().contains("*Subject: [Bellwire] a subject"),
                    smtp.lines().toString());
            assertTrue(
                    smtp.lines().stream().anyMatch(line -> line.startsWith("*AUTH PLAIN")),
                    smtp.lines().toString());

            smtp.lines().clear();
            assertEquals(Kind.UNREACHABLE, failure(server(smtp.url("localhost", ""), login, Optional.empty())));
            assertEquals(Kind.UNREACHABLE, failure(server(smtp.url("127.0.0.2", ""), login, trusted)));
            assertFalse(smtp.lines().toString().contains("AUTH"), smtp.lines().toString());
        }
    }

    @Test
    void startTlsIsUsedWhenOfferedAndTheCertificateIsChecked() throws Exception {
        DevCertificates certificates = DevCertificates.in(folder, "127.0.0.1", Clock.systemUTC(), RANDOM);
        SSLContext own = contextOf(certificates);
        Optional<Path> trusted = Optional.of(certificates.authority());
        MailServer.Login login = new MailServer.Login("bellwire", PASSWORD);
        try (SmtpServer smtp = new SmtpServer(Optional.of(own))) {
            send(server(smtp.url("localhost", ""), Optional.of(login), trusted), ALERT);
            assertTrue(
                    smtp.lines().contains("*Subject: [Bellwire] a subject"),
                    smtp.lines().toString());
            assertTrue(
                    smtp.lines().stream()
                            .filter(line -> !line.startsWith("*"))
                            .allMatch(line -> line.startsWith("EHLO") || line.equals("STARTTLS")),
                    smtp.lines().toString());

            smtp.lines().clear();
            assertEquals(
                    Kind.UNREACHABLE, failure(server(smtp.url("localhost", ""), Optional.empty(), Optional.empty())));
            assertEquals(Kind.UNREACHABLE, failure(server(smtp.url("127.0.0.2", ""), Optional.empty(), trusted)));
            assertFalse(
                    smtp.lines().toString().contains("MAIL FROM"), smtp.lines().toString());
        }
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            assertEquals(
                    Kind.UNREACHABLE,
                    failure(server(smtp.url("localhost", "?starttls=required"), Optional.of(login), trusted)));
            assertFalse(smtp.lines().toString().contains("AUTH"), smtp.lines().toString());
        }
    }

    @Test
    void answersSayWhetherToTryAgain() throws Exception {
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            MailServer server = server(smtp.url("127.0.0.1", ""), Optional.empty(), Optional.empty());
            smtp.recipientAnswer = "550 5.1.1 <alice@partner.example> is not known";
            assertEquals(Kind.REFUSED, failure(server));
            smtp.recipientAnswer = "451 4.7.1 try again later";
            assertEquals(Kind.LATER, failure(server));
        }
    }

    @Test
    void serverThatIsSilentOrGoneIsUnreachable() throws Exception {
        MailServer server;
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            smtp.isSilent = true;
            server = server(smtp.url("127.0.0.1", ""), Optional.empty(), Optional.empty(), Duration.ofMillis(200));
            assertEquals(Kind.UNREACHABLE, failure(server));
            assertEquals(1, smtp.connections());
        }
        assertEquals(Kind.UNREACHABLE, failure(server));
    }

    /** In the greeting and in the handshake of TLS. No read of a byte takes long, so only the time of the mail ends it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverThatSendsAByteNowAndThenIsCutWhenTheTimeOfTheMailIsOver(boolean isTlsFirst) throws Exception {
        HeldAlarms alarms = new HeldAlarms();
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            smtp.isTlsFirst = isTlsFirst;
            smtp.isSilent = true;
            MailServer server =
                    server(smtp.url("127.0.0.1", ""), Optional.empty(), Optional.empty(), Duration.ofMinutes(10));
            CompletableFuture<AlertFailure> failure = CompletableFuture.supplyAsync(
                    () -> assertThrows(AlertFailure.class, () -> send(server, alarms, ALERT)));
            await().until(() -> smtp.connections() == 1);
            for (int octet : isTlsFirst ? HANDSHAKE : GREETING) {
                smtp.drip(octet);
            }
            assertFalse(failure.isDone());
            assertEquals(List.of(MAIL_TIME), alarms.delays());

            alarms.goOff();

            assertEquals(Kind.UNREACHABLE, failure.get().kind());
            assertEquals(
                    "the mail server has not taken it within 30 s",
                    failure.get().getMessage());
            smtp.awaitEnds();
        }
    }

    @Test
    void timeOfAMailEndsWithTheMail() throws Exception {
        HeldAlarms alarms = new HeldAlarms();
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            send(server(smtp.url("127.0.0.1", ""), Optional.empty(), Optional.empty()), alarms, ALERT);
        }
        assertEquals(List.of(), alarms.delays());
    }

    /** Otherwise the mail would be sent again and again. */
    @Test
    void mailThatWasTakenIsSentWhateverFollows() throws Exception {
        try (SmtpServer smtp = new SmtpServer(Optional.empty())) {
            smtp.isSilentAtQuit = true;
            send(server(smtp.url("127.0.0.1", ""), Optional.empty(), Optional.empty(), Duration.ofMillis(200)), ALERT);
            await().until(() -> smtp.lines().contains("QUIT"));
        }
    }

    @Test
    void addressThatIsNoneIsRefused() {
        MailSender sender = new MailSender(
                server(URI.create("smtp://127.0.0.1:1"), Optional.empty(), Optional.empty()), new HeldAlarms(), RANDOM);
        for (String wrong :
                List.of("alice", "a@b\r\nBcc: c@d", "a@b,c@d", "Alice <a@b.example>", "", "a b@c.example")) {
            AlertFailure failure = assertThrows(AlertFailure.class, () -> sender.send(wrong, ALERT, ACCEPTED), wrong);
            assertEquals(Kind.REFUSED, failure.kind(), wrong);
        }
    }

    @Test
    void wrongSettingsAreRefusedInOneLineWithoutSecrets() {
        MailServer.Login login = new MailServer.Login("bellwire", PASSWORD);
        for (String url : List.of(
                "http://mail.example",
                "smtp:mail.example",
                "smtp://user:confidential-9@mail.example",
                "smtp://mail.example/path",
                "smtp://mail.example?starttls=never",
                "smtps://mail.example?starttls=required",
                "smtp://mail.example:25")) {
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> server(MailServer.parse(url), Optional.of(login), Optional.empty()),
                            url)
                    .getMessage());
            assertFalse(message.contains(PASSWORD), message);
            assertFalse(message.contains("\n"), message);
        }
        for (String url : List.of(
                "smtps://mail.example",
                "smtp://mail.example?starttls=required",
                "smtp://localhost",
                "smtp://[::1]:25")) {
            assertFalse(server(MailServer.parse(url), Optional.of(login), Optional.empty())
                    .toString()
                    .contains(PASSWORD));
        }
        assertEquals(
                587,
                server(MailServer.parse("smtp://m.example"), Optional.empty(), Optional.empty())
                        .port());
        assertEquals(
                465,
                server(MailServer.parse("smtps://m.example"), Optional.empty(), Optional.empty())
                        .port());
    }
}
