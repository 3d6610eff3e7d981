package io.bellwire.alert;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.admission.Network;
import io.bellwire.outbound.AddressRules;
import io.bellwire.outbound.OutboundClient;
import io.bellwire.outbound.OutboundOptions;
import io.bellwire.outbound.OwnListeners;
import io.bellwire.webhook.WebhookKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Alerts with real sockets: a mail server that behaves as the test wants, and a pager. */
@Timeout(120)
class QueuedAlertsTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Alert ALERT = new Alert("partners/p1", "p1 is failing", List.of("line 1", "line 2"));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Page> pages = new CopyOnWriteArrayList<>();
    private final HeldAlarms alarms = new HeldAlarms();
    private SmtpServer smtp;
    private HttpServer pager;
    private OutboundClient client;
    private volatile int pagerStatus = 204;

    private record Page(Map<String, List<String>> headers, String body) {
        String id() {
            return headers.get("Webhook-id").get(0);
        }
    }

    @BeforeEach
    void start() throws Exception {
        smtp = new SmtpServer(Optional.empty());
        pager = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pager.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            pages.add(new Page(Map.copyOf(exchange.getRequestHeaders()), body));
            exchange.sendResponseHeaders(pagerStatus, -1);
            exchange.close();
        });
        pager.start();
        client = OutboundClient.start(
                OutboundOptions.DEFAULT.toBuilder()
                        .httpAllowed(true)
                        .addresses(new AddressRules(List.of(Network.of("127.0.0.0/8"))))
                        .build(),
                new OutboundClient.Surroundings(
                        name -> List.of(InetAddress.getAllByName(name)),
                        new OwnListeners(List::of, address -> true),
                        System::nanoTime,
                        Clock.systemUTC()::instant,
                        new SecureRandom(),
                        meters));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        pager.stop(0);
        smtp.close();
    }

    private AlertOptions options(Duration timeout) {
        URI pagerUrl = URI.create("http://127.0.0.1:" + pager.getAddress().getPort() + "/page");
        return new AlertOptions(
                Optional.of(new MailServer(
                        smtp.url("127.0.0.1", ""),
                        Optional.empty(),
                        "bellwire@shop.example",
                        Optional.empty(),
                        timeout,
                        MailServer.MAIL_TIME)),
                List.of("ops@shop.example", "ops2@shop.example"),
                Optional.of(new PagerOptions(pagerUrl, WebhookKey.parse(SECRET))),
                20,
                List.of(Duration.ofMillis(20), Duration.ofMillis(20)));
    }

    private QueuedAlerts alerts(AlertOptions options) {
        return QueuedAlerts.start(
                options,
                new QueuedAlerts.Surroundings(
                        client, alarms, System::nanoTime, Clock.systemUTC()::millis, new SecureRandom(), meters));
    }

    private double count(String name, String way) {
        return meters.find("bellwire.alerts." + name).tag("way", way).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void pagerGetsACallThatIsSignedAsWebhooksAre() throws Exception {
        try (QueuedAlerts alerts = alerts(options(Duration.ofSeconds(5)))) {
            alerts.page(ALERT);
            await().until(() -> count("sent", "pager") == 1);
        }
        Page page = pages.get(0);
        assertDoesNotThrow(
                () -> new Webhook(SECRET).verify(page.body(), HttpHeaders.of(page.headers(), (name, value) -> true)));
        JsonNode json = new ObjectMapper().readTree(page.body());
        assertEquals("partners/p1", json.path("key").asText());
        assertEquals("p1 is failing", json.path("subject").asText());
        assertEquals("line 2", json.path("lines").path(1).asText());
        assertDoesNotThrow(() -> Instant.parse(json.path("time").asText()));
    }

    @Test
    void pagerThatFailsIsCalledAgainWithTheSameIdAndThenTheAlertIsDropped() throws Exception {
        pagerStatus = 500;
        try (QueuedAlerts alerts = alerts(options(Duration.ofSeconds(5)))) {
            alerts.page(ALERT);
            await().until(() -> count("dropped", "pager") == 1);
        }
        assertEquals(3, pages.size());
        assertEquals(1, pages.stream().map(Page::id).distinct().count());
        assertEquals(3, count("failed", "pager"));
    }

    @Test
    void mailServerThatHangsHoldsUpNeitherThePagerNorTheCaller() throws Exception {
        smtp.isSilent = true;
        try (QueuedAlerts alerts = alerts(options(Duration.ofSeconds(2)))) {
            for (int i = 0; i < 5; i++) {
                alerts.mail(List.of("p" + i + "@partner.example"), ALERT);
            }
            await().until(() -> smtp.connections() == 1);
            alerts.page(ALERT);
            await().until(() -> count("sent", "pager") == 1);
            assertEquals(0, count("sent", "mail"));

            smtp.isSilent = false;
            await().atMost(Duration.ofSeconds(30)).until(() -> count("sent", "mail") == 5);
        }
    }

    @Test
    void mailThatIsCutIsTriedAgainAndOthersFollow() throws Exception {
        smtp.isSilent = true;
        try (QueuedAlerts alerts = alerts(options(Duration.ofMinutes(10)))) {
            alerts.mail(List.of("p1@partner.example", "p2@partner.example"), ALERT);
            await().until(() -> smtp.connections() == 1);
            smtp.drip('2');
            smtp.isSilent = false;

            alarms.goOff();

            await().until(() -> count("sent", "mail") == 2);
            assertEquals(1, count("failed", "mail"));
        }
    }

    @Test
    void operatorsGetOneMessageEachAndWhatWaitsIsSentBeforeTheEnd() throws Exception {
        try (QueuedAlerts alerts = alerts(options(Duration.ofSeconds(5)))) {
            alerts.mailOperators(ALERT);
            alerts.mail(List.of("p1@partner.example", "p1@partner.example"), ALERT);
        }
        assertEquals(
                List.of("RCPT TO:<ops@shop.example>", "RCPT TO:<ops2@shop.example>", "RCPT TO:<p1@partner.example>"),
                smtp.lines().stream().filter(line -> line.startsWith("RCPT")).toList());
        assertEquals(3, count("sent", "mail"));
    }

    @Test
    void addressThatTheServerRefusesIsDroppedAtOnceAndTheNextIsSent() throws Exception {
        smtp.recipientAnswer = "550 no";
        try (QueuedAlerts alerts = alerts(options(Duration.ofSeconds(5)))) {
            alerts.mail(List.of("nobody@partner.example"), ALERT);
            await().until(() -> count("dropped", "mail") == 1);
            smtp.recipientAnswer = "250 ok";
            alerts.mail(List.of("p1@partner.example"), ALERT);
            await().until(() -> count("sent", "mail") == 1);
        }
        assertEquals(1, count("failed", "mail"));
    }

    /** At all levels of our own logging; addresses are at DEBUG only, where a mail server's answer has them. */
    @Test
    void logsShowNeitherSecretsNorWholeAddresses() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("io.bellwire");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
        AlertOptions options = options(Duration.ofSeconds(5));
        MailServer server = options.mail().orElseThrow();
        AlertOptions withLogin = new AlertOptions(
                Optional.of(new MailServer(
                        server.url(),
                        Optional.of(new MailServer.Login("bellwire", "confidential-9")),
                        server.from(),
                        Optional.empty(),
                        server.timeout(),
                        server.mailTime())),
                List.of(),
                options.pager(),
                20,
                options.pauses());
        pagerStatus = 500;
        smtp.recipientAnswer = "550 <alice@partner.example> is not known";
        try (QueuedAlerts alerts = alerts(withLogin)) {
            alerts.mail(List.of("alice@partner.example"), ALERT);
            alerts.page(ALERT);
            await().until(() -> count("dropped", "mail") == 1 && count("dropped", "pager") == 1);
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(null);
        }
        assertTrue(
                smtp.lines().stream().anyMatch(line -> line.startsWith("AUTH")),
                smtp.lines().toString());
        List<ILoggingEvent> all = List.copyOf(logged.list);
        assertTrue(
                all.stream().anyMatch(event -> event.getFormattedMessage().contains("somebody at partner.example")),
                all.toString());
        for (ILoggingEvent event : all) {
            String text = event.getFormattedMessage()
                    + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
            assertFalse(text.contains("confidential-9") || text.contains(SECRET.substring(6)), text);
            assertFalse(event.getLevel().isGreaterOrEqual(Level.INFO) && text.contains("alice"), text);
        }
    }

    @Test
    void withoutAMailServerMailsAreCounted() {
        try (QueuedAlerts alerts = alerts(AlertOptions.NONE)) {
            alerts.mail(List.of("p1@partner.example", "p2@partner.example"), ALERT);
            alerts.page(ALERT);
        }
        assertEquals(2, count("dropped", "mail"));
        assertEquals(0, count("dropped", "pager"));
    }
}
