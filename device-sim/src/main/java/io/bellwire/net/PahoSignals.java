package io.bellwire.net;

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
 * Signals by the Paho client, MQTT 5. Paho blocks three threads for each connection (one to send, one to receive, one to
 * call back): a process does well to stay under a thousand of them and leave larger fleets to {@link HiveMqSignals}.
 * Thread-safe.
 */
public final class PahoSignals implements SignalSource {
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * Paho logs each lost connection as severe, with its stack; here that is an ordinary event, which the ear is told of.
     * Held on to, as the JDK's logging forgets loggers that nobody holds.
     */
    private static final Logger CHATTER = Logger.getLogger("org.eclipse.paho");

    static {
        CHATTER.setLevel(Level.OFF);
    }

    private final String broker;
    private final Duration patience;
    private final PahoThreads threads = new PahoThreads();

    public PahoSignals(InetSocketAddress broker) {
        this(broker, PATIENCE);
    }

    /** @param patience until the device hears, or the connection is given up */
    PahoSignals(InetSocketAddress broker, Duration patience) {
        this.broker = "tcp://" + broker.getHostString() + ":" + broker.getPort();
        this.patience = patience;
    }

    @Override
    public Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear) {
        SafeListener safe = new SafeListener(who, ear);
        try {
            Connection connection = new Connection(who, safe);
            connection.open();
            return connection;
        } catch (MqttException failed) {
            safe.cut("cannot connect: " + failed);
            return () -> {};
        }
    }

    private static MqttConnectionOptions options(DeviceCredentials who, ClientFirstSocket socket) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(socket.factory());
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) PATIENCE.toSeconds());
        options.setUserName(who.id().value());
        options.setPassword(who.secret().getBytes(StandardCharsets.UTF_8));
        return options;
    }

    @Override
    public void close() {
        threads.end();
    }

    /** One client of the library, from its dial to its end. */
    private final class Connection implements Call {
        private final DeviceCredentials who;
        private final SafeListener ear;
        private final ClientFirstSocket socket = new ClientFirstSocket();
        private final MqttAsyncClient client;
        private @Nullable Future<?> deadline;

        private Connection(DeviceCredentials who, SafeListener ear) throws MqttException {
            this.who = who;
            this.ear = ear;
            client = new MqttAsyncClient(
                    broker, who.id().value(), new MemoryPersistence(), new TimerPingSender(threads), threads);
            client.setCallback(new Callback(ear, this::cut));
        }

        /** Holds the lock until the library has begun: {@link #endAndWait} then has a client that it can end. */
        private synchronized void open() {
            deadline = threads.schedule(
                    () -> cut("no answer within " + patience.toMillis() + " ms"),
                    patience.toMillis(),
                    TimeUnit.MILLISECONDS);
            attempt("connect", step -> client.connect(options(who, socket), null, step), this::subscribe);
        }

        private void subscribe(IMqttToken connected) {
            if (ear.isOver()) {
                end();
                return;
            }
            attempt("subscribe", step -> client.subscribe(MqttSignals.topicOf(who), 0, null, step), this::subscribed);
        }

        private void subscribed(IMqttToken token) {
            int[] granted = token.getReasonCodes();
            if (granted != null && granted.length > 0 && granted[0] >= 0x80) {
                cut("cannot subscribe: refused with " + granted[0]);
            } else if (Objects.requireNonNull(deadline).cancel(false)) {
                ear.listening();
            }
        }

        private void attempt(String step, Attempt attempt, Consumer<IMqttToken> next) {
            try {
                attempt.begin(new MqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        next.accept(token);
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable failure) {
                        cut("cannot " + step + ": " + failure);
                    }
                });
            } catch (MqttException failed) {
                cut("cannot " + step + ": " + failed);
            }
        }

        private void cut(String why) {
            ear.cut(why);
            end();
        }

        @Override
        public void hangUp() {
            ear.silence();
            end();
        }

        private void end() {
            // Paho waits inside its calls, which the caller must not
            threads.execute(this::endAndWait);
        }

        private synchronized void endAndWait() {
            Objects.requireNonNull(deadline).cancel(false);
            // a socket that closes itself ends a client that is still connecting, which Paho refuses to
            try (socket) {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, 500, true);
                }
                client.close(true);
            } catch (MqttException | IOException alreadyEnded) {
                // that is what was wanted
                return;
            }
        }
    }

    /** Begins a step of the library's, which tells the listener how it ends. */
    private interface Attempt {
        void begin(MqttActionListener step) throws MqttException;
    }

    private record Callback(SafeListener ear, Consumer<String> cut) implements MqttCallback {
        @Override
        public void disconnected(MqttDisconnectResponse response) {
            cut.accept("connection lost: " + response.getReasonString());
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            ear.heard(message.getPayload());
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
