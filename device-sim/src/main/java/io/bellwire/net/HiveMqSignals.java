package io.bellwire.net;

import com.hivemq.client.internal.netty.NettyEventLoopProvider;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import io.bellwire.device.Cursor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Signals by the HiveMQ client, MQTT 5. All connections share a few event loops. Thread-safe. */
public final class HiveMqSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final InetSocketAddress broker;
    /** Null without WebSocket. */
    private final @Nullable String webSocketPath;

    private final Duration patience;
    private final ExecutorService threads;
    private final MqttClientExecutorConfig loops;

    /** @param loopThreads event loops for all connections together, at least 1 */
    public HiveMqSignals(InetSocketAddress broker, int loopThreads) {
        this(broker, null, loopThreads, PATIENCE);
    }

    /** @param patience until the device hears, or the connection is given up */
    HiveMqSignals(InetSocketAddress broker, @Nullable String webSocketPath, int loopThreads, Duration patience) {
        this.broker = broker;
        this.webSocketPath = webSocketPath;
        this.patience = patience;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "hivemq");
            thread.setDaemon(true);
            return thread;
        });
        // The client keeps one set of event loops for each executor that it is given, so all must be given the same.
        // It also ends them with the last connection, and a connection that is made in that moment hangs: so one stays.
        NettyEventLoopProvider.INSTANCE.acquireEventLoop(threads, loopThreads);
        this.loops = MqttClientExecutorConfig.builder()
                .nettyExecutor(threads)
                .nettyThreads(loopThreads)
                .build();
    }

    /** MQTT over WebSocket, subprotocol {@code mqtt}, at {@code ws://ADDRESS/PATH}. */
    public static HiveMqSignals overWebSocket(InetSocketAddress address, String path, int loopThreads) {
        return new HiveMqSignals(address, path, loopThreads, PATIENCE);
    }

    @Override
    public Call dial(Identity who, @Nullable Cursor place, Ear ear) {
        SafeEar safe = new SafeEar(who, ear);
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(who.id().value())
                .transportConfig(transport())
                .executorConfig(loops)
                .addDisconnectedListener(
                        gone -> safe.cut("connection lost: " + gone.getCause().getMessage()));
        if (webSocketPath != null) {
            builder.webSocketConfig()
                    .serverPath(webSocketPath)
                    .subprotocol("mqtt")
                    .applyWebSocketConfig();
        }
        Mqtt5AsyncClient client = builder.buildAsync();
        CompletableFuture<?> ignored = connectAndSubscribe(client, who, safe).whenComplete((granted, failure) -> {
            if (failure != null) {
                safe.cut("cannot listen: " + failure.getMessage());
                disconnect(client);
            } else if (safe.isOver()) {
                // hung up before the connection stood
                disconnect(client);
            } else {
                safe.listening();
            }
        });
        return () -> {
            safe.silence();
            disconnect(client);
        };
    }

    /** By the broker's name, so that each connection goes to the address that it has then. */
    private MqttClientTransportConfig transport() {
        return MqttClientTransportConfig.builder()
                .serverHost(broker.getHostString())
                .serverPort(broker.getPort())
                .socketConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    /** Fails if there is no connection, which is as good. */
    private static void disconnect(Mqtt5AsyncClient client) {
        CompletableFuture<?> ignored = client.disconnect();
    }

    private CompletableFuture<?> connectAndSubscribe(Mqtt5AsyncClient client, Identity who, SafeEar ear) {
        Mqtt5Subscribe subscribe = Mqtt5Subscribe.builder()
                .topicFilter(MqttSignals.topicOf(who))
                .qos(MqttQos.AT_MOST_ONCE)
                .build();
        return client.connectWith()
                .cleanStart(true)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .simpleAuth()
                .username(who.id().value())
                .password(who.secret().getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .send()
                .thenCompose(ready -> client.subscribe(subscribe, signal -> ear.heard(signal.getPayloadAsBytes())))
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        NettyEventLoopProvider.INSTANCE.releaseEventLoop(threads);
        threads.shutdownNow();
    }
}
