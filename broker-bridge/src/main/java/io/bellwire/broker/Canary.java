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
 * A client like any device, on one session loop. In each round it subscribes anew, which its loop has to answer, and has
 * itself rung, the way devices are. Rounds do not overlap; otherwise thread-safe.
 */
final class Canary implements AutoCloseable {
    /** Of their own, since the library has one set of threads for all clients in the process that do not bring theirs. */
    private static final Executor THREADS = new ThreadPerTaskExecutor(new DefaultThreadFactory("mqtt-canary", true));

    private final Canaries.Account account;
    private final Function<byte[], CompletionStage<Handover>> bell;
    private final Duration patience;
    private final Mqtt5AsyncClient client;
    private volatile @Nullable Round round;

    /**
     * @param bell rings this canary
     * @param patience how long it may take to connect, and then for a round
     */
    Canary(
            Canaries.Account account,
            InetSocketAddress broker,
            Function<byte[], CompletionStage<Handover>> bell,
            Duration patience) {
        this.account = account;
        this.bell = bell;
        this.patience = patience;
        this.client = MqttClient.builder()
                .useMqttVersion5()
                .identifier(account.clientId())
                .executorConfig(MqttClientExecutorConfig.builder()
                        .nettyExecutor(THREADS)
                        .nettyThreads(1)
                        .build())
                .transportConfig(MqttClientTransportConfig.builder()
                        .serverAddress(reachable(broker))
                        .socketConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .mqttConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .build())
                .simpleAuth()
                .username(account.clientId())
                .password(account.secret())
                .applySimpleAuth()
                .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::heard);
    }

    /** Completes when it has heard a signal that was rung in this round; fails if it has not in time. */
    CompletableFuture<?> sing(long number) {
        Round next = new Round(Long.toString(number).getBytes(StandardCharsets.UTF_8));
        round = next;
        return connected()
                .thenCompose(connected -> client.subscribeWith()
                        .topicFilter(SignalTopic.ofClient(account.clientId()))
                        .qos(MqttQos.AT_MOST_ONCE)
                        .send())
                .thenCompose(subscribed -> bell.apply(next.tune()))
                .thenCompose(rung -> rung == Handover.WRITTEN
                        ? next.heard()
                        : CompletableFuture.failedFuture(new IllegalStateException("the signal was " + rung)))
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        var unused = client.disconnect();
    }

    private CompletableFuture<?> connected() {
        return client.getState().isConnected() ? CompletableFuture.completedFuture(null) : client.connect();
    }

    private void heard(Mqtt5Publish signal) {
        Round open = round;
        if (open != null && Arrays.equals(open.tune(), signal.getPayloadAsBytes())) {
            open.heard().complete(null);
        }
    }

    /** A broker that listens on all addresses is called on this machine's own. */
    private static InetSocketAddress reachable(InetSocketAddress broker) {
        return broker.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.getPort())
                : broker;
    }

    private static final class Round {
        private final byte[] tune;
        private final CompletableFuture<@Nullable Void> heard = new CompletableFuture<>();

        private Round(byte[] tune) {
            this.tune = tune;
        }

        byte[] tune() {
            return tune;
        }

        CompletableFuture<@Nullable Void> heard() {
            return heard;
        }
    }
}
