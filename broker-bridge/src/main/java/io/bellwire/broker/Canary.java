package io.bellwire.broker;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.bellwire.broker.SignalBroker.Handover;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client of the watchdog that is treated like a device, on one session loop. In each round it subscribes again,
 * which its loop has to answer, and gets a signal, published as for devices. Rounds do not overlap; otherwise
 * thread-safe.
 */
final class Canary implements Watchdog.Probe {
    /** Its own threads, since the library shares one set among all clients of the process that bring none. */
    private static final Executor THREADS = new ThreadPerTaskExecutor(new DefaultThreadFactory("mqtt-canary", true));

    private final Canaries.Account account;
    private final Function<byte[], CompletionStage<Handover>> publisher;
    private final Duration timeout;
    private final CanaryPorts ports;
    private final int port;
    private final Mqtt5AsyncClient client;
    private volatile @Nullable Round round;

    /**
     * @param ports gets the port that the canary connects from
     * @param publisher sends a signal with this payload to the canary
     * @param timeout how long it may take to connect, and then for a round
     */
    Canary(
            Canaries.Account account,
            InetSocketAddress broker,
            CanaryPorts ports,
            Function<byte[], CompletionStage<Handover>> publisher,
            Duration timeout) {
        this.account = account;
        this.publisher = publisher;
        this.timeout = timeout;
        this.ports = ports;
        InetSocketAddress server = reachable(broker);
        this.port = ports.reserve(server.getAddress());
        this.client = MqttClient.builder()
                .useMqttVersion5()
                .identifier(account.clientId())
                .executorConfig(MqttClientExecutorConfig.builder()
                        .nettyExecutor(THREADS)
                        .nettyThreads(1)
                        .build())
                .transportConfig(MqttClientTransportConfig.builder()
                        .serverAddress(server)
                        .localAddress(new InetSocketAddress(server.getAddress(), port))
                        .socketConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .mqttConnectTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .build())
                .simpleAuth()
                .username(account.clientId())
                .password(account.secret())
                .applySimpleAuth()
                .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
    }

    /** Completes when it has received the signal of this round; fails if it has not in time. */
    @Override
    public CompletableFuture<?> probe(long number) {
        Round next = new Round(Long.toString(number).getBytes(StandardCharsets.UTF_8));
        round = next;
        return connected()
                .thenCompose(connected -> client.subscribeWith()
                        .topicFilter(SignalTopic.ofClient(account.clientId()))
                        .qos(MqttQos.AT_MOST_ONCE)
                        .send())
                .thenCompose(subscribed -> publisher.apply(next.payload()))
                .thenCompose(outcome -> outcome == Handover.WRITTEN
                        ? next.received()
                        : CompletableFuture.failedFuture(
                                new IllegalStateException("the outcome of the signal was " + outcome)))
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        var unused = client.disconnect().whenComplete((ended, failure) -> ports.release(port));
    }

    private CompletableFuture<?> connected() {
        return client.getState().isConnected() ? CompletableFuture.completedFuture(null) : client.connect();
    }

    private void received(Mqtt5Publish signal) {
        Round current = round;
        if (current != null && Arrays.equals(current.payload(), signal.getPayloadAsBytes())) {
            current.received().complete(null);
        }
    }

    /** The loopback address if the broker listens on all addresses. */
    private static InetSocketAddress reachable(InetSocketAddress broker) {
        return broker.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.getPort())
                : broker;
    }

    private static final class Round {
        private final byte[] payload;
        private final CompletableFuture<@Nullable Void> received = new CompletableFuture<>();

        private Round(byte[] payload) {
            this.payload = payload;
        }

        byte[] payload() {
            return payload;
        }

        CompletableFuture<@Nullable Void> received() {
            return received;
        }
    }
}
