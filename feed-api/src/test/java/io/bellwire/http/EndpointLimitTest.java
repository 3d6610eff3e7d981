package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.log.FeedId;
import io.bellwire.webhook.ChangedBy;
import io.bellwire.webhook.EndpointEditor;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many endpoints a partner may have, whatever is created at the same time. */
class EndpointLimitTest {
    /** As many as one that loses against all others is tried. */
    private static final int AT_ONCE = 5;

    private static final FeedId BAKERY = FeedId.ofPartner("bakery");

    private final ApiFixture server = ApiFixture.inMemory();

    @AfterEach
    void stop() {
        server.close();
    }

    private CompletableFuture<Optional<WebhookEndpoint>> create(String name) {
        EndpointId id = new EndpointId(BAKERY, name);
        return server.api()
                .webhooks()
                .change(
                        id,
                        ChangedBy.PARTNER,
                        (found, editor) -> editor.isFull()
                                ? Optional.empty()
                                : Optional.of(editor.create(
                                        id, EndpointSettings.DEFAULT, "https://bakery.example/", name, name)),
                        server.api().events()::submit)
                .toCompletableFuture();
    }

    @Test
    void ofManyThatAreCreatedAtOnceTenAreMadeAndListedByName() {
        server.registerPartner("bakery");
        List<Optional<WebhookEndpoint>> made = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            List<CompletableFuture<Optional<WebhookEndpoint>>> underWay = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                underWay.add(create("e" + (9 - round) + "-" + i));
            }
            underWay.forEach(one -> made.add(one.join()));
        }

        assertEquals(
                EndpointEditor.PER_PARTNER_MAX,
                made.stream().flatMap(Optional::stream).count());
        List<String> listed = server.api().webhooks().of(BAKERY).stream()
                .map(endpoint -> endpoint.id().name())
                .toList();
        assertEquals(EndpointEditor.PER_PARTNER_MAX, listed.size());
        assertEquals(listed.stream().sorted().toList(), listed);
    }
}
