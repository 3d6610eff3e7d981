package io.bellwire.delivery;

import io.bellwire.bridge.VirtualTime;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointKeys;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.WebhookEndpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * Deliveries under virtual time, between a log and endpoints that the test controls. Acme is a partner with an endpoint
 * {@code main}.
 */
abstract class DeliveryFixture {
    static final FeedId ACME = FeedId.ofPartner("acme");
    static final EndpointId MAIN = new EndpointId(ACME, "main");
    static final String URL = "https://acme.example/hook";
    static final UUID ORDER_7 = new UUID(7, 7);
    static final UUID ORDER_8 = new UUID(8, 8);

    final VirtualTime time = new VirtualTime();
    final StubEndpointFeed feed = new StubEndpointFeed(time);
    final StubCallSender sender = new StubCallSender(time);
    final StubEndpointLog log = new StubEndpointLog(time);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private DeliveryOptions options = DeliveryOptions.DEFAULT;
    Deliveries deliveries = deliveries(DeliveryOptions.DEFAULT);

    Deliveries deliveries(DeliveryOptions newOptions) {
        options = newOptions;
        meters = new SimpleMeterRegistry();
        Deliveries made = new Deliveries(
                options,
                new DeliveryPorts(feed, sender, log, new RecentAttempts(AttemptLimits.DEFAULT)),
                time,
                () -> StubEndpointFeed.BEGIN_MILLIS
                        + Duration.ofNanos(time.nowNanos()).toMillis(),
                new Random(7),
                meters);
        made.start();
        return made;
    }

    /** Nothing of the server is left but what the log has. */
    void killAndRestart(WebhookEndpoint... endpoints) {
        deliveries.close();
        deliveries = deliveries(options);
        for (WebhookEndpoint endpoint : endpoints) {
            deliveries.put(endpoint, Optional.ofNullable(log.positions.get(endpoint.id())));
            EndpointReplay replay = log.replays.get(endpoint.id());
            if (replay != null) {
                deliveries.recovery().resume(endpoint.id(), replay);
            }
        }
    }

    static EndpointSettings settings(CallPayload payload, CallOrdering ordering, CallLimits limits, String... types) {
        return new EndpointSettings(
                List.of(types),
                payload,
                ordering,
                limits,
                EndpointSettings.DEFAULT.signatures(),
                SealedHeaders.NONE,
                List.of(),
                true);
    }

    static EndpointSettings settings(CallPayload payload) {
        return settings(payload, CallOrdering.FEED, CallLimits.DEFAULT, "*");
    }

    static CallLimits limits(int batchMax, int parallelism, int perSecond) {
        return new CallLimits(batchMax, CallLimits.DEFAULT.bytesMax(), parallelism, perSecond, Duration.ofSeconds(15));
    }

    static WebhookEndpoint endpoint(EndpointSettings settings) {
        return endpoint(MAIN, settings, new EndpointUrls(Optional.of(URL), Optional.empty(), Optional.empty()));
    }

    static WebhookEndpoint endpoint(EndpointId id, EndpointSettings settings, EndpointUrls urls) {
        return new WebhookEndpoint(
                id, settings, urls, new EndpointKeys("salt", Optional.empty()), Optional.empty(), 0, 0);
    }

    static WebhookEndpoint disabled(WebhookEndpoint endpoint, DisabledReason reason) {
        return new WebhookEndpoint(
                endpoint.id(), endpoint.settings(), endpoint.urls(), endpoint.keys(), Optional.of(reason), 0, 1);
    }

    /** An endpoint that has received nothing of its feed yet. */
    WebhookEndpoint put(EndpointSettings settings) {
        WebhookEndpoint endpoint = endpoint(settings);
        deliveries.put(endpoint, Optional.of(new EndpointPosition(feed.epoch, Revision.NONE)));
        time.runDue();
        return endpoint;
    }

    /** Commits changes of order 7. */
    void commit(int changes) {
        for (int i = 0; i < changes; i++) {
            commit(ACME, StubEndpointFeed.CREATED, ORDER_7, "{\"n\":1}");
        }
    }

    void commit(FeedId id, String type, UUID order, String data) {
        feed.append(id, type, order, data);
        announce(id);
    }

    void announce(FeedId id) {
        long head = feed.of(id).head();
        deliveries.committed(List.of(
                new Advance(id, new Revision(head), 1, Instant.ofEpochMilli(StubEndpointFeed.BEGIN_MILLIS + head))));
    }

    void processed(long revision) {
        processed(ACME, revision);
    }

    void processed(FeedId id, long revision) {
        feed.of(id).processed = revision;
        deliveries.processed(id, new Revision(revision));
    }

    void after(Duration duration) {
        time.advance(duration);
    }

    EndpointHealth health() {
        return deliveries.health(MAIN).orElseThrow();
    }

    long savedRevision() {
        EndpointPosition position = log.positions.get(MAIN);
        return position == null ? -1 : position.revision().value();
    }

    double count(String meter, String... tags) {
        return meters.get(meter).tags(tags).counter().count();
    }
}
