package io.bellwire.serve;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.http.FeedApiOptions;
import java.nio.file.Path;

/**
 * How to run a server. Immutable; each part refuses what cannot be, and names it.
 *
 * @param feed the log and its HTTP API
 * @param mqtt the broker
 * @param signals when devices are rung
 */
public record BellwireOptions(FeedApiOptions feed, BrokerOptions mqtt, BridgeOptions signals) {
    /** In memory, on free ports of the loopback interface: nothing is left when it is closed. */
    public static BellwireOptions inMemory() {
        return new BellwireOptions(
                FeedApiOptions.DEFAULT, BrokerOptions.builder().port(0).build(), BridgeOptions.DEFAULT);
    }

    /** On free ports of the loopback interface, with everything kept in {@code folder}, which is made if need be. */
    public static BellwireOptions inFolder(Path folder) {
        return inMemory().withFeed(FeedApiOptions.DEFAULT.withDataFolder(folder));
    }

    public BellwireOptions withFeed(FeedApiOptions newFeed) {
        return new BellwireOptions(newFeed, mqtt, signals);
    }

    public BellwireOptions withMqtt(BrokerOptions newMqtt) {
        return new BellwireOptions(feed, newMqtt, signals);
    }

    public BellwireOptions withSignals(BridgeOptions newSignals) {
        return new BellwireOptions(feed, mqtt, newSignals);
    }
}
