package io.bellwire.serve;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApiOptions;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Fits the limits on connections to the files and sockets that the process may open. Without that, connections take
 * the descriptors that the log needs for its next file, and a limit is never reached that would have kept places free
 * for others.
 */
final class DescriptorBudget {
    static final String HTTP = "--http-connections-max";
    static final String MQTT = "--mqtt-connections-max";

    /** For the log's segments, jar files, event loops and connections that are about to be refused. */
    private static final int RESERVE_MIN = 200;

    private static final int RESERVE_MAX = 1_024;
    private static final int RESERVE_PART = 8;
    /** Of both limits together: devices keep their MQTT connections, and most of those over HTTP are short. */
    private static final double MQTT_PART = 0.6;

    private DescriptorBudget() {}

    /** How many files and sockets this process may have open; {@link Long#MAX_VALUE} if that is not known. */
    static long descriptorsMax() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /**
     * The options with limits on connections that fit.
     *
     * @param given the names of the options that were set, which stay as they are
     * @param descriptorsMax files and sockets that the process may have open
     * @param log gets one line if a limit is lowered
     * @throws ConfigurationException if limits that were set do not fit
     */
    static BellwireOptions fit(BellwireOptions options, Set<String> given, long descriptorsMax, Consumer<String> log) {
        int http = options.feed().connectionsMax();
        int mqtt = options.mqtt().maxConnections();
        long reserve = Math.min(RESERVE_MAX, Math.max(RESERVE_MIN, descriptorsMax / RESERVE_PART));
        long left = descriptorsMax - reserve;
        if ((long) http + mqtt <= left) {
            return options;
        }
        boolean isHttpSet = given.contains(HTTP);
        boolean isMqttSet = given.contains(MQTT);
        long newMqtt = isMqttSet ? mqtt : Math.min(mqtt, isHttpSet ? left - http : (long) (left * MQTT_PART));
        long newHttp = isHttpSet ? http : Math.min(http, left - newMqtt);
        if (newMqtt < 1 || newHttp < 1 || newHttp + newMqtt > left) {
            throw new ConfigurationException(String.format(
                    Locale.ROOT,
                    "%s %d and %s %d do not fit: the process may open %d files and sockets, of which it needs %d for"
                            + " itself; raise that limit (ulimit -n, LimitNOFILE) or lower the options",
                    HTTP,
                    http,
                    MQTT,
                    mqtt,
                    descriptorsMax,
                    reserve));
        }
        log.accept(String.format(
                Locale.ROOT,
                "the process may open only %d files and sockets: %s is %d and %s is %d; raise that limit"
                        + " (ulimit -n, LimitNOFILE) for more",
                descriptorsMax,
                HTTP,
                newHttp,
                MQTT,
                newMqtt));
        return options.withFeed(http(options.feed(), (int) newHttp)).withMqtt(mqtt(options.mqtt(), (int) newMqtt));
    }

    /** One address keeps its part of all places, so that it cannot take all of them. */
    private static FeedApiOptions http(FeedApiOptions feed, int connectionsMax) {
        int perAddress = part(feed.callers().connections().perAddressMax(), connectionsMax, feed.connectionsMax());
        return feed.toBuilder()
                .connectionsMax(connectionsMax)
                .callers(feed.callers()
                        .withConnections(feed.callers().connections().withPerAddressMax(perAddress)))
                .build();
    }

    private static BrokerOptions mqtt(BrokerOptions broker, int connectionsMax) {
        int perAddress = part(broker.maxConnectionsPerAddress(), connectionsMax, broker.maxConnections());
        return broker.toBuilder()
                .maxConnections(connectionsMax)
                .maxConnectionsPerAddress(perAddress)
                .build();
    }

    private static int part(int perAddress, int newTotal, int total) {
        return perAddress == 0 ? 0 : (int) Math.max(1, (long) perAddress * newTotal / total);
    }
}
