package io.bellwire.net;

import com.hivemq.client.internal.netty.NettyEventLoopProvider;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import io.bellwire.device.Cursor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Signals by the HiveMQ client, MQTT 5. All connections share a few event loops. Thread-safe. */
public final class HiveMqSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int PATIENCE_SECONDS = 10;

    private final InetSocketAddress broker;
    /** Null without WebSocket. */
    private final @Nullable String webSocketPath;

    private final ExecutorService threads;
    private final MqttClientExecutorConfig loops;

    /** @param loopThreads event loops for all connections together, at least 1 */
    public HiveMqSignals(InetSocketAddress broker, int loopThreads) {
        this(broker, null, loopThreads);
    }

    private HiveMqSignals(InetSocketAddress broker, @Nullable String webSocketPath, int loopThreads) {
        this.broker = broker;
        this.webSocketPath = webSocketPath;
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
        return new HiveMqSignals(address, path, loopThreads);
    }

    @Override
    public Call dial(Identity who, @Nullable Cursor place, Ear ear) {
        SafeEar safe = new SafeEar(who, ear);
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(who.id().value())
                .serverAddress(broker)
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

    /** Fails if there is no connection, which is as good. */
    private static void disconnect(Mqtt5AsyncClient client) {
        CompletableFuture<?> ignored = client.disconnect();
    }

    private static CompletableFuture<?> connectAndSubscribe(Mqtt5AsyncClient client, Identity who, SafeEar ear) {
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
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        NettyEventLoopProvider.INSTANCE.releaseEventLoop(threads);
        threads.shutdownNow();
    }
}
