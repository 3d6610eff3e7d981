package io.bellwire.device.net;

import com.hivemq.client.internal.netty.NettyEventLoopProvider;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.bellwire.device.DeviceCursor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Receives signals with the HiveMQ client: MQTT 5 or 3.1.1, over TCP or WebSocket. All connections share a few event
 * loops, so that one process can hold thousands. Thread-safe.
 */
public final class HiveMqSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final InetSocketAddress broker;
    /** Null without WebSocket. */
    private final @Nullable String webSocketPath;

    private final boolean isVersion3;
    /** Null without TLS. */
    private final @Nullable ClientTls tls;

    private final Duration connectTimeout;
    private final ExecutorService threads;
    private final MqttClientExecutorConfig eventLoops;

    /**
     * MQTT 5 over TCP.
     *
     * @param eventLoopThreads event loops for all connections together, at least 1
     */
    public HiveMqSignals(InetSocketAddress broker, int eventLoopThreads) {
        this(broker, null, false, null, eventLoopThreads, CONNECT_TIMEOUT);
    }

    /** The same, over TLS. */
    public HiveMqSignals(InetSocketAddress broker, @Nullable ClientTls tls, int eventLoopThreads) {
        this(broker, null, false, tls, eventLoopThreads, CONNECT_TIMEOUT);
    }

    /**
     * MQTT 5, or 3.1.1 if {@code isVersion3}.
     *
     * @param webSocketPath null for TCP
     * @param tls null for none
     * @param connectTimeout until the broker has confirmed the subscription; else the connection is closed
     */
    HiveMqSignals(
            InetSocketAddress broker,
            @Nullable String webSocketPath,
            boolean isVersion3,
            @Nullable ClientTls tls,
            int eventLoopThreads,
            Duration connectTimeout) {
        this.broker = broker;
        this.webSocketPath = webSocketPath;
        this.isVersion3 = isVersion3;
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "hivemq");
            thread.setDaemon(true);
            return thread;
        });
        // The client keeps one set of event loops for each executor that it is given, so all must be given the same.
        // It also ends them with the last connection, and a connection that is made in that moment hangs: so one stays.
        NettyEventLoopProvider.INSTANCE.acquireEventLoop(threads, eventLoopThreads);
        this.eventLoops = MqttClientExecutorConfig.builder()
                .nettyExecutor(threads)
                .nettyThreads(eventLoopThreads)
                .build();
    }

    /**
     * MQTT 5 over WebSocket, subprotocol {@code mqtt}, at {@code ws://ADDRESS/PATH}, or {@code wss} with TLS.
     *
     * @param tls null for none
     */
    public static HiveMqSignals overWebSocket(
            InetSocketAddress address, String path, @Nullable ClientTls tls, int eventLoopThreads) {
        return new HiveMqSignals(address, path, false, tls, eventLoopThreads, CONNECT_TIMEOUT);
    }

    /** MQTT 3.1.1 over TCP. */
    public static HiveMqSignals ofVersion3(InetSocketAddress broker, int eventLoopThreads) {
        return ofVersion3(broker, null, eventLoopThreads);
    }

    /** MQTT 3.1.1, over TLS unless {@code tls} is null. */
    public static HiveMqSignals ofVersion3(InetSocketAddress broker, @Nullable ClientTls tls, int eventLoopThreads) {
        return new HiveMqSignals(broker, null, true, tls, eventLoopThreads, CONNECT_TIMEOUT);
    }

    /** A client of either MQTT version. */
    private interface Connection {
        /** Completes when the broker has confirmed the subscription. */
        CompletableFuture<?> connectAndSubscribe(DeviceCredentials credentials, SafeListener listener);

        /** Closes the connection. Without a connection the client's call fails, which changes nothing. */
        void disconnect();
    }

    @Override
    public SignalSubscription connect(
            DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener) {
        SafeListener safeListener = new SafeListener(credentials, listener);
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(credentials.id().value())
                .transportConfig(transport())
                .executorConfig(eventLoops)
                .addDisconnectedListener(context -> safeListener.disconnected(
                        "connection lost: " + context.getCause().getMessage()));
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
                .connectAndSubscribe(credentials, safeListener)
                .orTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((granted, failure) -> {
                    if (failure != null) {
                        safeListener.disconnected("cannot subscribe: " + failure.getMessage());
                        connection.disconnect();
                    } else if (safeListener.isEnded()) {
                        // the subscription was closed before the broker confirmed it
                        connection.disconnect();
                    } else {
                        safeListener.subscribed();
                    }
                });
        return () -> {
            safeListener.stop();
            connection.disconnect();
        };
    }

    /** Gives the client the broker's name and not its address, so that each connection looks the name up again. */
    private MqttClientTransportConfig transport() {
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(broker.getHostString())
                .serverPort(broker.getPort())
                .socketConnectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
        return (tls == null ? transport : transport.sslConfig(sslConfig(tls))).build();
    }

    /** Without a verifier of ours, the client has the JDK compare the host name with the certificate. */
    private MqttClientSslConfig sslConfig(ClientTls with) {
        return MqttClientSslConfig.builder()
                .trustManagerFactory(with.trust())
                .keyManagerFactory(with.keys().orElse(null))
                .protocols(List.of(with.parameters().getProtocols()))
                .handshakeTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    private static byte[] password(DeviceCredentials credentials) {
        return credentials.secret().getBytes(StandardCharsets.UTF_8);
    }

    private record Version5(Mqtt5AsyncClient client) implements Connection {
        @Override
        public CompletableFuture<?> connectAndSubscribe(DeviceCredentials credentials, SafeListener listener) {
            return client.connectWith()
                    .cleanStart(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .simpleAuth()
                    .username(credentials.id().value())
                    .password(password(credentials))
                    .applySimpleAuth()
                    .send()
                    .thenCompose(connected -> client.subscribeWith()
                            .topicFilter(MqttSignals.topicOf(credentials))
                            .qos(MqttQos.AT_MOST_ONCE)
                            .callback(publish -> listener.message(publish.getPayloadAsBytes()))
                            .send());
        }

        @Override
        public void disconnect() {
            CompletableFuture<?> ignored = client.disconnect();
        }
    }

    private record Version3(Mqtt3AsyncClient client) implements Connection {
        @Override
        public CompletableFuture<?> connectAndSubscribe(DeviceCredentials credentials, SafeListener listener) {
            return client.connectWith()
                    .cleanSession(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .simpleAuth()
                    .username(credentials.id().value())
                    .password(password(credentials))
                    .applySimpleAuth()
                    .send()
                    .thenCompose(connected -> client.subscribeWith()
                            .topicFilter(MqttSignals.topicOf(credentials))
                            .qos(MqttQos.AT_MOST_ONCE)
                            .callback(publish -> listener.message(publish.getPayloadAsBytes()))
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
