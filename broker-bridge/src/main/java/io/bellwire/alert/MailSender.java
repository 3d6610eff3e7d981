package io.bellwire.alert;

import io.bellwire.runtime.Scheduler;
import io.bellwire.tls.OutboundTls;
import io.bellwire.tls.OutboundTlsOptions;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends alerts by e-mail, each on a connection of its own and within a time of its own. Thread-safe. */
final class MailSender implements AlertTransport {
    private static final Logger log = LoggerFactory.getLogger(MailSender.class);

    /** Also over TLS from the beginning: the library gets a connection that is open. */
    private static final String PROTOCOL = "smtp";

    private static final int ID_BYTES = 16;
    /** As RFC 5322 has it. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final MailServer server;
    private final Scheduler scheduler;
    private final SecureRandom random;
    private final SSLSocketFactory tls;
    private final Session session;

    /**
     * Throws {@link IllegalArgumentException} of one line if a file cannot be used.
     *
     * @param scheduler cuts connections when the time of their mail is over
     */
    MailSender(MailServer server, Scheduler scheduler, SecureRandom random) {
        this.server = server;
        this.scheduler = scheduler;
        this.random = random;
        this.tls = OutboundTls.read(new OutboundTlsOptions(server.authority(), Optional.empty()), random)
                .getSocketFactory();
        this.session = Session.getInstance(properties(server, tls));
    }

    private static Properties properties(MailServer server, SSLSocketFactory tls) {
        String prefix = "mail." + PROTOCOL + ".";
        Properties all = new Properties();
        all.put(prefix + "quitwait", "false"); // the mail is taken by then
        all.put(prefix + "auth", Boolean.toString(server.login().isPresent()));
        all.put(prefix + "starttls.enable", Boolean.toString(!server.isSmtps()));
        all.put(prefix + "starttls.required", Boolean.toString(server.isStartTlsRequired()));
        all.put(prefix + "ssl.checkserveridentity", "true");
        all.put(prefix + "ssl.protocols", String.join(" ", MailServer.TLS_PROTOCOLS));
        all.put(prefix + "ssl.socketFactory", tls);
        all.put(prefix + "ssl.socketFactory.fallback", "false");
        all.put(prefix + "from", server.from());
        return all;
    }

    @Override
    public void send(String recipient, Alert alert, long acceptedMillis) throws AlertFailure {
        Message message;
        InternetAddress[] to;
        try {
            to = new InternetAddress[] {new InternetAddress(MailServer.requireAddress(recipient), true)};
            message = message(to[0], alert, acceptedMillis);
        } catch (MessagingException | IllegalArgumentException e) {
            throw new AlertFailure(AlertFailure.Kind.REFUSED, "the address cannot be used", e);
        }
        try (MailConnection connection = new MailConnection(scheduler, server.mailTime())) {
            send(message, to, connection);
        }
    }

    private void send(Message message, InternetAddress[] to, MailConnection connection) throws AlertFailure {
        SMTPTransport transport = new SMTPTransport(session, target());
        try {
            transport.connect(connection.open(server, tls));
            transport.sendMessage(message, to);
        } catch (MessagingException | IOException e) {
            throw connection.isCut() ? cut(e) : failure(e);
        } finally {
            close(transport);
        }
    }

    private URLName target() {
        return new URLName(
                PROTOCOL,
                server.host(),
                server.port(),
                null,
                server.login().map(MailServer.Login::user).orElse(null),
                server.login().map(MailServer.Login::password).orElse(null));
    }

    /** Says goodbye. By now the mail is taken, or has failed: whatever fails here says nothing about it. */
    private static void close(SMTPTransport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            log.debug("a connection to the mail server has ended badly", e);
        }
    }

    private AlertFailure cut(Exception cause) {
        return new AlertFailure(
                AlertFailure.Kind.UNREACHABLE,
                String.format(
                        Locale.ROOT,
                        "the mail server has not taken it within %d s",
                        server.mailTime().toSeconds()),
                cause);
    }

    private Message message(InternetAddress to, Alert alert, long acceptedMillis) throws MessagingException {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String messageId = HexFormat.of().formatHex(id)
                + server.from().substring(server.from().lastIndexOf('@'));
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException { // else it tells the user and the machine
                setHeader("Message-ID", "<" + messageId + ">");
            }
        };
        message.setFrom(new InternetAddress(server.from(), true));
        message.setRecipient(Message.RecipientType.TO, to);
        message.setSubject("[Bellwire] " + alert.subject(), "UTF-8");
        message.setHeader("Date", DATE.format(Instant.ofEpochMilli(acceptedMillis)));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday note answers it
        message.setText(String.join("\r\n", alert.lines()) + "\r\n", "UTF-8");
        message.saveChanges();
        return message;
    }

    private static AlertFailure failure(Exception failure) {
        Exception cause = failure;
        while (cause instanceof MessagingException messaging) {
            if (cause instanceof SMTPAddressFailedException address) {
                return answered(address.getReturnCode(), failure);
            }
            if (messaging.getNextException() == null && cause instanceof SMTPSendFailedException refused) {
                return answered(refused.getReturnCode(), failure);
            }
            cause = messaging.getNextException();
        }
        String what = (cause == null ? failure : cause).getClass().getSimpleName();
        return new AlertFailure(
                AlertFailure.Kind.UNREACHABLE, "the mail server cannot be used now (" + what + ")", failure);
    }

    private static AlertFailure answered(int code, Exception failure) {
        return new AlertFailure(
                code >= 500 ? AlertFailure.Kind.REFUSED : AlertFailure.Kind.LATER,
                String.format(Locale.ROOT, "the mail server has answered %d", code),
                failure);
    }
}
