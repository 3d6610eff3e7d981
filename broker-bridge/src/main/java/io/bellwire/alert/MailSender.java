package io.bellwire.alert;

import io.bellwire.tls.OutboundTls;
import io.bellwire.tls.OutboundTlsOptions;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
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

/** Sends alerts by e-mail, each on a connection of its own. Thread-safe. */
final class MailSender implements AlertTransport {
    private static final int ID_BYTES = 16;
    /** As RFC 5322 has it. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final MailServer server;
    private final SecureRandom random;
    private final Session session;

    /** Throws {@link IllegalArgumentException} of one line if a file cannot be used. */
    MailSender(MailServer server, SecureRandom random) {
        this.server = server;
        this.random = random;
        this.session = Session.getInstance(properties(server, random));
    }

    private static Properties properties(MailServer server, SecureRandom random) {
        SSLSocketFactory tls = OutboundTls.read(new OutboundTlsOptions(server.authority(), Optional.empty()), random)
                .getSocketFactory();
        String timeout = Long.toString(server.timeout().toMillis());
        String prefix = "mail." + protocol(server) + ".";
        Properties all = new Properties();
        all.put(prefix + "connectiontimeout", timeout);
        all.put(prefix + "timeout", timeout);
        all.put(prefix + "writetimeout", timeout);
        all.put(prefix + "auth", Boolean.toString(server.login().isPresent()));
        all.put(prefix + "starttls.enable", Boolean.toString(!server.isSmtps()));
        all.put(prefix + "starttls.required", Boolean.toString(server.isStartTlsRequired()));
        all.put(prefix + "ssl.checkserveridentity", "true");
        all.put(prefix + "ssl.protocols", "TLSv1.2 TLSv1.3");
        all.put(prefix + "ssl.socketFactory", tls);
        all.put(prefix + "ssl.socketFactory.fallback", "false");
        all.put(prefix + "from", server.from());
        return all;
    }

    private static String protocol(MailServer server) {
        return server.isSmtps() ? "smtps" : "smtp";
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
        try (Transport transport = session.getTransport(protocol(server))) {
            transport.connect(
                    server.host(),
                    server.port(),
                    server.login().map(MailServer.Login::user).orElse(null),
                    server.login().map(MailServer.Login::password).orElse(null));
            transport.sendMessage(message, to);
        } catch (MessagingException e) {
            throw failure(e);
        }
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

    private static AlertFailure failure(MessagingException failure) {
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

    private static AlertFailure answered(int code, MessagingException failure) {
        return new AlertFailure(
                code >= 500 ? AlertFailure.Kind.REFUSED : AlertFailure.Kind.LATER,
                String.format(Locale.ROOT, "the mail server has answered %d", code),
                failure);
    }
}
