package io.bellwire.net;

import com.hivemq.client.internal.netty.NettyEventLoopProvider;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.bellwire.device.DeviceCursor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Signals by the HiveMQ client, MQTT 5 or 3.1.1. All connections share a few event loops. Thread-safe. */
public final class HiveMqSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final InetSocketAddress broker;
    /** Null without WebSocket. */
    private final @Nullable String webSocketPath;

    private final boolean isVersion3;
    private final Duration patience;
    private final ExecutorService threads;
    private final MqttClientExecutorConfig loops;

    /**
     * MQTT 5.
     *
     * @param loopThreads event loops for all connections together, at least 1
     */
    public HiveMqSignals(InetSocketAddress broker, int loopThreads) {
        this(broker, null, false, loopThreads, PATIENCE);
    }

    /**
     * MQTT 5 or 3.1.1.
     *
     * @param patience until the device hears, or the connection is given up
     */
    HiveMqSignals(
            InetSocketAddress broker,
            @Nullable String webSocketPath,
            boolean isVersion3,
            int loopThreads,
            Duration patience) {
        this.broker = broker;
        this.webSocketPath = webSocketPath;
        this.isVersion3 = isVersion3;
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

    /** MQTT 5 over WebSocket, subprotocol {@code mqtt}, at {@code ws://ADDRESS/PATH}. */
    public static HiveMqSignals overWebSocket(InetSocketAddress address, String path, int loopThreads) {
        return new HiveMqSignals(address, path, false, loopThreads, PATIENCE);
    }

    /** MQTT 3.1.1. */
    public static HiveMqSignals ofVersion3(InetSocketAddress broker, int loopThreads) {
        return new HiveMqSignals(broker, null, true, loopThreads, PATIENCE);
    }

    /** A client of either version. */
    private interface Connection {
        /** Completes once the broker has granted the subscription. */
        CompletableFuture<?> connectAndSubscribe(DeviceCredentials who, SafeListener ear);

        /** Fails if there is no connection, which is as good. */
        void disconnect();
    }

    @Override
    public Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear) {
        SafeListener safe = new SafeListener(who, ear);
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(who.id().value())
                .transportConfig(transport())
                .executorConfig(loops)
                .addDisconnectedListener(
                        gone -> safe.cut("connection lost: " + gone.getCause().getMessage()));
        if (webSocketPath != null) {
            builder = builder.webSocketConfig()
                    .serverPath(webSocketPath)
                    .subprotocol("mqtt")
                    .applyWebSocketConfig();
        }
        Connection connection = isVersion3
                ? new Version3(builder.useMqttVersion3().buildAsync())
                : new Version5(builder.useMqttVersion5().buildAsync());
        CompletableFuture<?> ignored = connection
                .connectAndSubscribe(who, safe)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((granted, failure) -> {
                    if (failure != null) {
                        safe.cut("cannot listen: " + failure.getMessage());
                        connection.disconnect();
                    } else if (safe.isOver()) {
                        // hung up before the connection stood
                        connection.disconnect();
                    } else {
                        safe.listening();
                    }
                });
        return () -> {
            safe.silence();
            connection.disconnect();
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

    private static byte[] password(DeviceCredentials who) {
        return who.secret().getBytes(StandardCharsets.UTF_8);
    }

    private record Version5(Mqtt5AsyncClient client) implements Connection {
        @Override
        public CompletableFuture<?> connectAndSubscribe(DeviceCredentials who, SafeListener ear) {
            return client.connectWith()
                    .cleanStart(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .simpleAuth()
                    .username(who.id().value())
                    .password(password(who))
                    .applySimpleAuth()
                    .send()
                    .thenCompose(ready -> client.subscribeWith()
                            .topicFilter(MqttSignals.topicOf(who))
                            .qos(MqttQos.AT_MOST_ONCE)
                            .callback(signal -> ear.heard(signal.getPayloadAsBytes()))
                            .send());
        }

        @Override
        public void disconnect() {
            CompletableFuture<?> ignored = client.disconnect();
        }
    }

    private record Version3(Mqtt3AsyncClient client) implements Connection {
        @Override
        public CompletableFuture<?> connectAndSubscribe(DeviceCredentials who, SafeListener ear) {
            return client.connectWith()
                    .cleanSession(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .simpleAuth()
                    .username(who.id().value())
                    .password(password(who))
                    .applySimpleAuth()
                    .send()
                    .thenCompose(ready -> client.subscribeWith()
                            .topicFilter(MqttSignals.topicOf(who))
                            .qos(MqttQos.AT_MOST_ONCE)
                            .callback(signal -> ear.heard(signal.getPayloadAsBytes()))
                            .send());
        }

        @Override
        public void disconnect() {
            CompletableFuture<?> ignored = client.disconnect();
        }
    }

    @Override
    public void close() {
        NettyEventLoopProvider.INSTANCE.releaseEventLoop(threads);
        threads.shutdownNow();
    }
}
