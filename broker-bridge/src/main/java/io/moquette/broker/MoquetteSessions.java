package io.moquette.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.BrokerInterceptor;
import io.moquette.persistence.MemorySessionsRepository;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette 0.18.3 without its server: sessions, their loops and what answers CONNECT, SUBSCRIBE and UNSUBSCRIBE. It sits
 * in Moquette's package because the parts that it puts together are visible only there. What Moquette's server would add
 * stays out: its acceptor, files, telemetry, retained messages, interception. Whoever uses this lets nothing through but
 * packets of its own making (see {@link MoquetteSession}). Thread-safe.
 */
@NullMarked
public final class MoquetteSessions implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final BrokerInterceptor interceptor;
    private final SessionLoops loops;
    private final SessionRegistry registry;
    private final PostOffice office;
    private final MQTTConnectionFactory connections;

    /**
     * Starts one loop per processor.
     *
     * @param queueSize commands that may wait for one loop
     * @param ownTopic the topic of a client id, the only one that this client may read
     * @param thrown told which command threw what in a loop, on the loop's thread; must not throw itself
     */
    public MoquetteSessions(
            int queueSize, UnaryOperator<String> ownTopic, Clock clock, BiConsumer<String, Throwable> thrown) {
        interceptor = new BrokerInterceptor(List.of());
        loops = new SessionLoops(interceptor, queueSize, thrown);
        Authorizator authorizator = new Authorizator(new OwnTopicOnly(ownTopic));
        NoSubscriptions nobody = new NoSubscriptions();
        MemorySessionsRepository sessions = new MemorySessionsRepository();
        registry = new SessionRegistry(
                nobody, sessions, new MemoryQueueRepository(), authorizator, scheduler, clock, 0, loops);
        office = new PostOffice(
                nobody,
                new MemoryRetainedRepository(),
                registry,
                sessions,
                interceptor,
                authorizator,
                loops,
                clock,
                MqttQoS.AT_MOST_ONCE);
        // no anonymous clients, no empty client ids; the secret was checked before Moquette hears of the client; this
        // only keeps the two names together
        connections = new MQTTConnectionFactory(
                new BrokerConfiguration(false, false, false, BrokerConstants.IMMEDIATE_BUFFER_FLUSH),
                (client, user, secret) -> client.equals(user),
                registry,
                office);
    }

    /** A session for a new channel. */
    public MoquetteSession open(Channel channel) {
        return new MoquetteSession(channel, connections.create(channel), loops, registry, office);
    }

    /** How many session loops there are. */
    public int loops() {
        return loops.getEventLoopCount();
    }

    /** The loop, from 0, that serves this client id. */
    public int loopOf(String clientId) {
        return loops.targetQueueOrdinal(clientId);
    }

    /** Whether a session is kept under this client id. */
    boolean holds(String clientId) {
        return registry.retrieve(clientId) != null;
    }

    /** Ends the loops and the timers. Waits for up to 5 s per loop for the command that it is busy with. */
    @Override
    public void close() {
        registry.close();
        office.terminate();
        interceptor.stop();
        scheduler.shutdownNow();
    }

    private record OwnTopicOnly(UnaryOperator<String> ownTopic) implements IAuthorizatorPolicy {
        @Override
        public boolean canWrite(Topic topic, String user, String client) {
            return false;
        }

        @Override
        public boolean canRead(Topic topic, String user, String client) {
            return ownTopic.apply(client).equals(topic.toString());
        }
    }
}
