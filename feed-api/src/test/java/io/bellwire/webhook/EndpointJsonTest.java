package io.bellwire.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.document.Document;
import io.bellwire.log.FeedId;
import io.bellwire.sealed.SettingsKey;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An endpoint survives being written and read, and what an endpoint may be is checked. */
class EndpointJsonTest {
    private static final EndpointId MAIN = new EndpointId(FeedId.ofPartner("bakery"), "main");
    private static final EndpointSettings FULL = new EndpointSettings(
            List.of("io.bellwire.order.*", "x"),
            CallPayload.FULL,
            CallOrdering.ORDER,
            new CallLimits(1, 4_096, 8, 50, Duration.ofSeconds(3)),
            EnumSet.allOf(SignatureScheme.class),
            new SealedHeaders("c2VhbGVk"),
            List.of("ops@bakery.example"),
            false);

    @Test
    void endpointIsTheSameAfterwards() {
        WebhookEndpoint all = new WebhookEndpoint(
                MAIN,
                FULL,
                new EndpointUrls(
                        Optional.of("https://a.example/"),
                        Optional.of(new EndpointUrls.Pending("https://b.example/", "c", 1, 2)),
                        Optional.of(new EndpointUrls.Previous("https://c.example/", 3, 4))),
                new EndpointKeys("s2", Optional.of(new EndpointKeys.Old("s1", 5, Optional.of(4L)))),
                Optional.of(DisabledReason.RETRIES_EXHAUSTED),
                6,
                7);
        WebhookEndpoint little = new WebhookEndpoint(
                MAIN,
                EndpointSettings.DEFAULT,
                EndpointUrls.NONE,
                new EndpointKeys("s", Optional.empty()),
                Optional.empty(),
                1,
                1);

        assertEquals(all, EndpointJson.read(all.id(), EndpointJson.write(all)));
        assertEquals(little, EndpointJson.read(little.id(), EndpointJson.write(little)));
    }

    @Test
    void damagedDocumentIsNamed() {
        Document damaged = new Document(EndpointJson.key(MAIN), "{".getBytes(StandardCharsets.UTF_8));

        UncheckedIOException refused = assertThrows(UncheckedIOException.class, () -> EndpointJson.read(MAIN, damaged));

        assertTrue(String.valueOf(refused.getMessage()).contains("endpoint/partners/bakery/main"));
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        InvalidEndpointException parallel = assertThrows(
                InvalidEndpointException.class,
                () -> with(CallPayload.FULL, CallOrdering.FEED, new CallLimits(1, 4_096, 2, 1, Duration.ofSeconds(1))));
        assertTrue(String.valueOf(parallel.getMessage()).startsWith("parallelism"));
        InvalidEndpointException signals = assertThrows(
                InvalidEndpointException.class, () -> with(CallPayload.SIGNAL, CallOrdering.NONE, CallLimits.DEFAULT));
        assertTrue(String.valueOf(signals.getMessage()).startsWith("ordering"));
    }

    private static EndpointSettings with(CallPayload payload, CallOrdering ordering, CallLimits limits) {
        return new EndpointSettings(
                List.of("*"),
                payload,
                ordering,
                limits,
                EnumSet.of(SignatureScheme.V1),
                SealedHeaders.NONE,
                List.of(),
                true);
    }

    @Test
    void endpointBelongsToAPartner() {
        assertEquals(MAIN, EndpointId.parse("partners/bakery/main"));
        assertThrows(IllegalArgumentException.class, () -> EndpointId.parse("devices/grill/main"));
        assertThrows(IllegalArgumentException.class, () -> EndpointId.parse("partners/bakery/created/main"));
        assertThrows(IllegalArgumentException.class, () -> EndpointId.parse("main"));
    }

    @Test
    void headersOpenOnlyForTheirEndpointAndTheirKey() {
        WebhookSecrets secrets = new WebhookSecrets(SettingsKey.draw(new SecureRandom()));
        Map<String, String> headers = Map.of("X-Key", "secret-7");

        SealedHeaders sealed = secrets.seal(MAIN, headers);

        assertEquals(Optional.of(headers), secrets.open(MAIN, sealed));
        assertTrue(secrets.open(new EndpointId(MAIN.feed(), "other"), sealed).isEmpty());
        assertTrue(new WebhookSecrets(SettingsKey.draw(new SecureRandom()))
                .open(MAIN, sealed)
                .isEmpty());
        assertEquals("sealed", sealed.toString());
    }
}
