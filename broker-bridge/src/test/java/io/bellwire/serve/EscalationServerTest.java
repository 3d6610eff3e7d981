package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.escalation.RecordedAlerts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Escalation in a whole server, with a routes file that is read again as more is to be withheld. */
@Timeout(180)
class EscalationServerTest {
    private static final WebhookOptions LOOPBACK = new WebhookOptions(
            WebhookSink.REACHABLE,
            DeliveryOptions.DEFAULT.withRetries(
                    Stream.concat(
                                    Collections.nCopies(3, Duration.ofMillis(100)).stream(),
                                    Collections.nCopies(40, Duration.ofSeconds(5)).stream())
                            .toList(),
                    3));
    private static final String PROBLEM = "Bellwire: partners/bakery: endpoint main is paused";
    private static final String HEAD =
            "escalations:\n- name: partners\n  feeds: [partners/*]\n  undo_after: 300ms\n  steps:\n";
    private static final String TELL = "  - {after: 0ms, tell: feed, mail: [contacts, operators]}\n";
    private static final String LIMIT = "  - {after: 1ms, orders: 1%}\n";
    private static final String REFUSE = "  - {after: 2ms, orders: 0%, page: true}\n";
    private static final String DISCONNECT = "  - {after: 3ms, disconnect: true}\n";

    @TempDir
    Path folder;

    private final RecordedAlerts alerts = new RecordedAlerts();

    /** Longer than a round through all accounts, and its pause. */
    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }

    private Path routes(String yaml) throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), yaml);
    }

    private void reload(Bellwire bellwire, String yaml) throws IOException {
        routes(yaml);
        assertEquals(Optional.empty(), bellwire.reloadRoutes());
    }

    private BellwireOptions options() throws IOException {
        return BellwireOptions.inFolder(folder.resolve("data"))
                .withWebhooks(LOOPBACK)
                .withRoutes(routes(HEAD + TELL));
    }

    /** The alerts about the feed; those about its endpoint are none of escalation. */
    private List<String> escalations() {
        return alerts.sent().stream()
                .filter(alert -> alert.contains("partners/bakery"))
                .toList();
    }

    /** Places an order; empty if it is let in, else the refusal. */
    private static String order(WebhookPartner bakery) throws Exception {
        try {
            bakery.order(1);
            return "";
        } catch (IllegalStateException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static List<String> types(WebhookPartner bakery) throws Exception {
        try (Stream<JsonNode> changes =
                bakery.call("GET", "/feed?limit=1000", "").valueStream()) {
            return changes.map(change -> change.path("type").asText())
                    .filter(type -> type.startsWith("io.bellwire.feed."))
                    .toList();
        }
    }

    /** Reads its whole feed, and says so. */
    private static void process(WebhookPartner bakery) throws Exception {
        JsonNode changes = bakery.call("GET", "/feed?limit=1000", "");
        String cursor = changes.get(changes.size() - 1).path("id").asText();
        bakery.call("POST", "/acks", "{\"processed\":\"" + cursor + "\"}");
    }

    @Test
    void partnerThatFailsIsToldDegradedDisconnectedAndGetsAllBackOnceItHasReadItsFeed() throws Exception {
        BellwireOptions options = options();
        Bellwire bellwire = Bellwire.start(options, Clocks.SYSTEM, sent -> alerts);
        try (WebhookSink sink = new WebhookSink()) {
            WebhookPartner bakery = new WebhookPartner(bellwire, "bakery");
            bakery.set("main", sink.url(), ",\"payload\":\"full\",\"contacts\":[\"ops@bakery.example\"]");
            soon().until(() -> !bakery.endpoint("main").path("url").isNull());
            sink.status = 500;
            bakery.order(3);

            soon().until(() -> escalations().size() >= 2);
            assertEquals(List.of("[ops@bakery.example] " + PROBLEM, "operators " + PROBLEM), escalations());
            assertEquals(List.of("io.bellwire.feed.escalated"), types(bakery));
            assertEquals("", order(bakery));

            reload(bellwire, HEAD + TELL + LIMIT);
            soon().until(() -> order(bakery).contains("429"));
            reload(bellwire, HEAD + TELL + LIMIT + REFUSE);
            soon().until(() -> order(bakery).contains("503"));
            assertTrue(order(bakery).contains("partners/bakery: endpoint main is paused"), order(bakery));
            assertTrue(alerts.sent().contains("pager " + PROBLEM));
            reload(bellwire, HEAD + TELL + LIMIT + REFUSE + DISCONNECT);
            TestOperator operator = new TestOperator(bellwire);
            soon().until(() -> operator.status("/v1/partners/bakery/signals") == 503);
            assertTrue(operator.body("/v1/escalations").contains("\"disconnected\":true"));

            bellwire.close();
            bellwire = Bellwire.start(options, Clocks.SYSTEM, sent -> alerts);
            bakery.movedTo(bellwire);
            TestOperator next = new TestOperator(bellwire);
            assertEquals(503, next.status("/v1/partners/bakery/signals"), "from the start on");
            assertTrue(order(bakery).contains("503"));
            int calls = sink.calls().size();

            sink.status = 204;
            soon().until(() -> {
                process(bakery);
                return order(bakery).isEmpty();
            });
            soon().until(() -> sink.calls().size() > calls);
            soon().until(() -> alerts.sent().contains("pager Bellwire: partners/bakery has recovered"));
            assertTrue(types(bakery).contains("io.bellwire.feed.recovered"));
            soon().until(() -> next.body("/v1/escalations").contains("\"total\":0"));
        } finally {
            bellwire.close();
        }
    }

    @Test
    void deviceThatIsAboutToLoseChangesIsToldSoAndNoClockMakesThatSo() throws Exception {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        Clock wall = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.now().plus(ahead.get());
            }
        };
        String rule = "escalations: [{name: devices, feeds: ['devices/*'], undo_after: 0ms, loss_within: %s,"
                + " steps: [{after: 0ms, orders: 0%%}]}]";
        Path routes = routes(String.format(rule, "1d"));
        BellwireOptions options =
                BellwireOptions.inFolder(folder.resolve("data")).withRoutes(routes);
        try (Bellwire bellwire = Bellwire.start(options, new Clocks(wall, System::nanoTime), sent -> alerts)) {
            TestOperator operator = new TestOperator(bellwire);
            String secret = operator.register("grill");
            operator.order("grill");
            operator.order("grill");
            soon().until(() -> lossSeconds(operator) > 0);

            ahead.set(Duration.ofDays(30));
            operator.order("grill");
            double before = lossSeconds(operator);
            soon().until(() -> lossSeconds(operator) < before);
            assertTrue(lossSeconds(operator) > Duration.ofDays(29).toSeconds(), "left: " + lossSeconds(operator));
            assertTrue(operator.body("/v1/escalations").contains("\"total\":0"));
            operator.order("grill");

            // the changes are kept for 30 days: less than what is asked for now
            reload(bellwire, String.format(rule, "31d"));
            soon().until(() -> operator.refusalOfOrder("grill").contains("503"));
            assertTrue(operator.feed("grill", secret, "").toString().contains("io.bellwire.feed.about-to-expire"));

            operator.acknowledge("grill", secret, operator.cursor("grill", secret));
            soon().until(() -> operator.refusalOfOrder("grill").isEmpty());
        }
    }

    private static double lossSeconds(TestOperator operator) {
        try (Stream<String> lines = operator.metrics().lines()) {
            return lines.filter(line -> line.startsWith("bellwire_escalation_loss_seconds"))
                    .filter(line -> line.contains("devices"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        }
    }
}
