package io.bellwire.net;

import io.bellwire.device.Cursor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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
        this.patience = patience;
        this.broker = "tcp://" + broker.getHostString() + ":" + broker.getPort();
    }

    @Override
    public Call dial(Identity who, @Nullable Cursor place, Ear ear) {
        SafeEar safe = new SafeEar(who, ear);
        MqttAsyncClient client;
        try {
            client = new MqttAsyncClient(
                    broker, who.id().value(), new MemoryPersistence(), new TimerPingSender(threads), threads);
            client.setCallback(new Callback(safe));
            Ending ending = new Ending(client);
            giveUpInTime(ending, safe);
            client.connect(options(who), null, new Then(safe, "connect") {
                @Override
                public void onSuccess(IMqttToken token) {
                    subscribe(client, ending, who, safe);
                }
            });
            return () -> {
                safe.silence();
                // Paho waits inside this call, which the caller must not.
                threads.execute(ending::end);
            };
        } catch (MqttException failed) {
            safe.cut("cannot connect: " + failed);
            return () -> {};
        }
    }

    /** Paho itself waits for ever for the answer to a CONNECT or SUBSCRIBE. */
    private void giveUpInTime(Ending ending, SafeEar ear) {
        ScheduledFuture<?> unused = threads.schedule(
                () -> {
                    if (!ear.isListening()) {
                        ear.cut("no answer within " + patience.toMillis() + " ms");
                        ending.abandon();
                    }
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void subscribe(MqttAsyncClient client, Ending ending, Identity who, SafeEar ear) {
        if (ear.isOver()) {
            threads.execute(ending::end);
            return;
        }
        try {
            client.subscribe(MqttSignals.topicOf(who), 0, null, new Then(ear, "subscribe") {
                @Override
                public void onSuccess(IMqttToken token) {
                    int[] granted = token.getReasonCodes();
                    if (granted != null && granted.length > 0 && granted[0] >= 0x80) {
                        onFailure(token, new IllegalStateException("refused with " + granted[0]));
                    } else {
                        ear.listening();
                    }
                }

                @Override
                public void onFailure(IMqttToken token, Throwable failure) {
                    super.onFailure(token, failure);
                    threads.execute(ending::end);
                }
            });
        } catch (MqttException failed) {
            ear.cut("cannot subscribe: " + failed);
            threads.execute(ending::end);
        }
    }

    private static MqttConnectionOptions options(Identity who) {
        MqttConnectionOptions options = new MqttConnectionOptions();
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

    /** Ends one client, once: a closed one throws what it does not declare when it is to disconnect. Thread-safe. */
    private static final class Ending {
        private final MqttAsyncClient client;
        private boolean closed;

        private Ending(MqttAsyncClient client) {
            this.client = client;
        }

        /** Leaves a client alone that is connecting. */
        private void end() {
            end(client.isConnected(), 500, true);
        }

        /** Whatever state it is in. */
        private void abandon() {
            end(true, 0, false);
        }

        private synchronized void end(boolean disconnects, long patienceMillis, boolean tells) {
            if (closed) {
                return;
            }
            try {
                if (disconnects) {
                    client.disconnectForcibly(0, patienceMillis, tells);
                }
                client.close(true);
                closed = true;
            } catch (MqttException isEndingOrConnecting) {
                // it has ended already, or is given up in time
                return;
            }
        }
    }

    /** Listens to one step's end. */
    private abstract static class Then implements MqttActionListener {
        private final SafeEar ear;
        private final String step;

        private Then(SafeEar ear, String step) {
            this.ear = ear;
            this.step = step;
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            ear.cut("cannot " + step + ": " + failure);
        }
    }

    private record Callback(SafeEar ear) implements MqttCallback {
        @Override
        public void disconnected(MqttDisconnectResponse response) {
            ear.cut("connection lost: " + response.getReasonString());
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
