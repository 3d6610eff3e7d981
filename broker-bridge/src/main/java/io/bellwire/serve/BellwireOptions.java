package io.bellwire.serve;

import io.bellwire.alert.AlertOptions;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.FeedApiOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of a server. Immutable; each part refuses wrong values and names them.
 *
 * @param feed the log and its HTTP API
 * @param mqtt the broker
 * @param signals when devices are signalled
 * @param routes the routes file, see ROUTES.md; empty for none
 * @param transport TLS and proxies
 * @param webhooks how partners' endpoints are called
 * @param alerts where messages to people go
 */
public record BellwireOptions(
        FeedApiOptions feed,
        BrokerOptions mqtt,
        BridgeOptions signals,
        Optional<Path> routes,
        TransportOptions transport,
        WebhookOptions webhooks,
        AlertOptions alerts) {
    /** Plain text, on a loopback address only. */
    public BellwireOptions(FeedApiOptions feed, BrokerOptions mqtt, BridgeOptions signals, Optional<Path> routes) {
        this(feed, mqtt, signals, routes, TransportOptions.LOOPBACK, WebhookOptions.DEFAULT, AlertOptions.NONE);
    }

    /** In memory, on free ports of the loopback interface: nothing is left after closing. */
    public static BellwireOptions inMemory() {
        return new BellwireOptions(
                FeedApiOptions.DEFAULT,
                BrokerOptions.builder().port(0).build(),
                BridgeOptions.DEFAULT,
                Optional.empty());
    }

    /** On free ports of the loopback interface, with all data in {@code folder}, which is created if needed. */
    public static BellwireOptions inFolder(Path folder) {
        return inMemory().withFeed(FeedApiOptions.DEFAULT.withDataFolder(folder));
    }

    public BellwireOptions withFeed(FeedApiOptions newFeed) {
        return new BellwireOptions(newFeed, mqtt, signals, routes, transport, webhooks, alerts);
    }

    public BellwireOptions withMqtt(BrokerOptions newMqtt) {
        return new BellwireOptions(feed, newMqtt, signals, routes, transport, webhooks, alerts);
    }

    public BellwireOptions withSignals(BridgeOptions newSignals) {
        return new BellwireOptions(feed, mqtt, newSignals, routes, transport, webhooks, alerts);
    }

    /** With a routes file, which {@link Bellwire#reloadRoutes} reads again. */
    public BellwireOptions withRoutes(Path file) {
        return new BellwireOptions(feed, mqtt, signals, Optional.of(file), transport, webhooks, alerts);
    }

    public BellwireOptions withTransport(TransportOptions newTransport) {
        return new BellwireOptions(feed, mqtt, signals, routes, newTransport, webhooks, alerts);
    }

    public BellwireOptions withWebhooks(WebhookOptions newWebhooks) {
        return new BellwireOptions(feed, mqtt, signals, routes, transport, newWebhooks, alerts);
    }

    public BellwireOptions withAlerts(AlertOptions newAlerts) {
        return new BellwireOptions(feed, mqtt, signals, routes, transport, webhooks, newAlerts);
    }
}
