package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import io.bellwire.alert.AlertOptions;
import io.bellwire.alert.MailServer;
import io.bellwire.delivery.DeliveryOptions;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole server mails the contacts of an endpoint, by a real mail server, what somebody does to it. */
@Timeout(120)
class ContactsServerTest {
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private Bellwire bellwire;
    private WebhookSink sink;
    private WebhookPartner bakery;

    @BeforeEach
    void start() throws Exception {
        mail.start();
        sink = new WebhookSink();
        bellwire = Bellwire.start(BellwireOptions.inMemory()
                .withWebhooks(new WebhookOptions(WebhookSink.REACHABLE, DeliveryOptions.DEFAULT))
                .withAlerts(new AlertOptions(
                        Optional.of(new MailServer(
                                URI.create("smtp://127.0.0.1:" + mail.getSmtp().getPort()),
                                Optional.empty(),
                                "bellwire@shop.example",
                                Optional.empty(),
                                MailServer.TIMEOUT,
                                MailServer.MAIL_TIME)),
                        List.of(),
                        Optional.empty(),
                        AlertOptions.PER_HOUR,
                        AlertOptions.PAUSES)));
        bakery = new WebhookPartner(bellwire, "bakery");
    }

    @AfterEach
    void stop() {
        bellwire.close();
        sink.close();
        mail.stop();
    }

    private List<String> subjectsTo(String recipient) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(message -> recipientOf(message).equals(recipient))
                .map(ContactsServerTest::subjectOf)
                .sorted()
                .toList();
    }

    private static String recipientOf(MimeMessage message) {
        try {
            return message.getAllRecipients()[0].toString();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String subjectOf(MimeMessage message) {
        try {
            return message.getSubject().replace("[Bellwire] bakery/main: ", "");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void contactsBeforeAndAfterAreToldOfAHijackedUrl() throws Exception {
        bakery.set("main", sink.url(), ",\"contacts\":[\"owner@bakery.example\"]");
        await().until(() -> subjectsTo("owner@bakery.example").size() == 2);
        assertEquals(List.of("a new URL is in use", "a new URL was set"), subjectsTo("owner@bakery.example"));

        bakery.call("PATCH", "/endpoints/main", "{\"contacts\":[\"thief@example.com\"]}");
        await().until(() -> subjectsTo("thief@example.com").size() == 1);
        await().until(() -> subjectsTo("owner@bakery.example").contains("its contacts were changed"));

        try (WebhookSink thief = new WebhookSink()) {
            bakery.set("main", thief.url(), ",\"contacts\":[\"owner@bakery.example\"]");
            await().until(() -> subjectsTo("thief@example.com").size() == 2);
            await().until(() -> subjectsTo("owner@bakery.example").size() == 5);
            String all = Arrays.stream(mail.getReceivedMessages())
                    .map(GreenMailUtil::getBody)
                    .reduce("", String::concat);
            assertTrue(all.contains("http://127.0.0.1:" + thief.url().getPort()), all);
            assertFalse(all.contains("/hook"), all);
        }
        assertTrue(bakery.feedTypes().contains("io.bellwire.endpoint.contacts-changed"));
    }
}
