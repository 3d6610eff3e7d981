package io.bellwire.serve;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.http.FeedApiOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to run a server. Immutable; each part refuses what cannot be, and names it.
 *
 * @param feed the log and its HTTP API
 * @param mqtt the broker
 * @param signals when devices are rung
 * @param routes the file that says where events land and how they ring, see ROUTES.md; empty for none
 */
public record BellwireOptions(FeedApiOptions feed, BrokerOptions mqtt, BridgeOptions signals, Optional<Path> routes) {
    /** In memory, on free ports of the loopback interface: nothing is left when it is closed. */
    public static BellwireOptions inMemory() {
        return new BellwireOptions(
                FeedApiOptions.DEFAULT,
                BrokerOptions.builder().port(0).build(),
                BridgeOptions.DEFAULT,
                Optional.empty());
    }

    /** On free ports of the loopback interface, with everything kept in {@code folder}, which is made if need be. */
    public static BellwireOptions inFolder(Path folder) {
        return inMemory().withFeed(FeedApiOptions.DEFAULT.withDataFolder(folder));
    }

    public BellwireOptions withFeed(FeedApiOptions newFeed) {
        return new BellwireOptions(newFeed, mqtt, signals, routes);
    }

    public BellwireOptions withMqtt(BrokerOptions newMqtt) {
        return new BellwireOptions(feed, newMqtt, signals, routes);
    }

    public BellwireOptions withSignals(BridgeOptions newSignals) {
        return new BellwireOptions(feed, mqtt, newSignals, routes);
    }

    /** With routes that {@link Bellwire#reloadRoutes} reads anew. */
    public BellwireOptions withRoutes(Path file) {
        return new BellwireOptions(feed, mqtt, signals, Optional.of(file));
    }
}
