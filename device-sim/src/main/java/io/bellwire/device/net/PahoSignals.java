package io.bellwire.device.net;

import io.bellwire.device.DeviceCursor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.TimerPingSender;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Receives signals with the Paho client: MQTT 5 over TCP. Paho blocks three threads for each connection (one sends, one
 * receives, one calls back), so a process should hold at most a thousand; for more use {@link HiveMqSignals}.
 * Thread-safe.
 */
public final class PahoSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Switched off: Paho logs each lost connection as severe, with its stack, but here that is an ordinary event of
     * which the listener is notified. Stored in a field, because the JDK's logging drops the settings of loggers that
     * nobody refers to.
     */
    private static final Logger PAHO_LOGGER = Logger.getLogger("org.eclipse.paho");

    static {
        PAHO_LOGGER.setLevel(Level.OFF);
    }

    private final String broker;
    /** Null without TLS. */
    private final @Nullable ClientTls tls;

    private final Duration connectTimeout;
    private final PahoThreads threads = new PahoThreads();

    public PahoSignals(InetSocketAddress broker) {
        this(broker, null, CONNECT_TIMEOUT);
    }

    /** Over TLS, unless {@code tls} is null. */
    public PahoSignals(InetSocketAddress broker, @Nullable ClientTls tls) {
        this(broker, tls, CONNECT_TIMEOUT);
    }

    /** @param connectTimeout until the broker has confirmed the subscription; else the connection is closed */
    PahoSignals(InetSocketAddress broker, Duration connectTimeout) {
        this(broker, null, connectTimeout);
    }

    private PahoSignals(InetSocketAddress broker, @Nullable ClientTls tls, Duration connectTimeout) {
        this.tls = tls;
        // with TLS too: Paho gets a socket that does it below
        this.broker = "tcp://" + broker.getHostString() + ":" + broker.getPort();
        this.connectTimeout = connectTimeout;
    }

    @Override
    public SignalSubscription connect(
            DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener) {
        SafeListener safeListener = new SafeListener(credentials, listener);
        try {
            Connection connection = new Connection(credentials, safeListener);
            connection.open();
            return connection;
        } catch (MqttException failed) {
            safeListener.disconnected("cannot connect: " + failed);
            return () -> {};
        }
    }

    private static MqttConnectionOptions options(DeviceCredentials credentials, ClientFirstSocket socket) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(socket.factory());
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) CONNECT_TIMEOUT.toSeconds());
        options.setUserName(credentials.id().value());
        options.setPassword(credentials.secret().getBytes(StandardCharsets.UTF_8));
        return options;
    }

    @Override
    public void close() {
        threads.end();
    }

    /** One Paho client, from its connection to its end. */
    private final class Connection implements SignalSubscription {
        private final DeviceCredentials credentials;
        private final SafeListener listener;
        private final ClientFirstSocket socket = new ClientFirstSocket(tls);
        private final MqttAsyncClient client;
        private @Nullable Future<?> deadline;

        private Connection(DeviceCredentials credentials, SafeListener listener) throws MqttException {
            this.credentials = credentials;
            this.listener = listener;
            client = new MqttAsyncClient(
                    broker, credentials.id().value(), new MemoryPersistence(), new TimerPingSender(threads), threads);
            client.setCallback(new Callback(listener, this::fail));
        }

        /**
         * Holds the lock until Paho has begun to connect, so that {@link #endAndWait} finds a client that it can end.
         */
        private synchronized void open() {
            deadline = threads.schedule(
                    () -> fail("no answer within " + connectTimeout.toMillis() + " ms"),
                    connectTimeout.toMillis(),
                    TimeUnit.MILLISECONDS);
            run("connect", callback -> client.connect(options(credentials, socket), null, callback), this::subscribe);
        }

        private void subscribe(IMqttToken connected) {
            if (listener.isEnded()) {
                end();
                return;
            }
            run(
                    "subscribe",
                    callback -> client.subscribe(MqttSignals.topicOf(credentials), 0, null, callback),
                    this::subscribed);
        }

        private void subscribed(IMqttToken token) {
            int[] granted = token.getReasonCodes();
            if (granted != null && granted.length > 0 && granted[0] >= 0x80) {
                fail("cannot subscribe: refused with " + granted[0]);
            } else if (Objects.requireNonNull(deadline).cancel(false)) {
                listener.subscribed();
            }
        }

        /** Begins a step, and calls {@code next} once it has succeeded. */
        private void run(String name, PahoStep step, Consumer<IMqttToken> next) {
            try {
                step.begin(new MqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        next.accept(token);
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable failure) {
                        fail("cannot " + name + ": " + failure);
                    }
                });
            } catch (MqttException failed) {
                fail("cannot " + name + ": " + failed);
            }
        }

        private void fail(String reason) {
            listener.disconnected(reason);
            end();
        }

        @Override
        public void close() {
            listener.stop();
            end();
        }

        private void end() {
            // Paho blocks in its calls, and the caller must not block
            threads.execute(this::endAndWait);
        }

        private synchronized void endAndWait() {
            Objects.requireNonNull(deadline).cancel(false);
            // closing the socket ends a client that is still connecting, which Paho refuses to end
            try (socket) {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, 500, true);
                }
                client.close(true);
            } catch (MqttException | IOException alreadyEnded) {
                // the client has ended by itself
                return;
            }
        }
    }

    /** A call of Paho that returns at once and notifies {@code callback} of its end. */
    private interface PahoStep {
        void begin(MqttActionListener callback) throws MqttException;
    }

    private record Callback(SafeListener listener, Consumer<String> fail) implements MqttCallback {
        @Override
        public void disconnected(MqttDisconnectResponse response) {
            fail.accept("connection lost: " + response.getReasonString());
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            listener.message(message.getPayload());
        }

        @Override
        public void mqttErrorOccurred(MqttException failure) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean again, String server) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}
    }
}
