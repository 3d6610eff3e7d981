package io.moquette.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.BrokerInterceptor;
import io.moquette.persistence.MemorySessionsRepository;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette 0.18.3 without its server: sessions, their loops, what answers CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ, and
 * what publishes. It sits in Moquette's package because the parts that it puts together are visible only there. What
 * Moquette's server would add stays out: its acceptor, files, telemetry, retained messages, interception. Whoever uses
 * this lets nothing through but packets of its own making (see {@link MoquetteSession}). Thread-safe.
 */
@NullMarked
public final class MoquetteSessions implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final BrokerInterceptor interceptor;
    private final SessionLoops loops;
    private final ExactSubscriptions subscriptions = new ExactSubscriptions();
    private final SessionRegistry registry;
    private final PostOffice office;
    private final MQTTConnectionFactory connections;
    /** What the session of each client id writes to. Each entry is changed in the turn of the client's loop alone. */
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    /** Batches that no loop is done with. */
    private final Set<PublicationBatch> underway = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /**
     * Starts one loop per processor.
     *
     * @param queueSize commands that may wait for one loop
     * @param mayRead whether a client, by its id, may read a topic
     * @param thrown told which command threw what in a loop, on the loop's thread; must not throw itself
     */
    public MoquetteSessions(
            int queueSize, BiPredicate<String, String> mayRead, Clock clock, BiConsumer<String, Throwable> thrown) {
        interceptor = new BrokerInterceptor(List.of());
        loops = new SessionLoops(interceptor, queueSize, thrown);
        Authorizator authorizator = new Authorizator(new ReadersOnly(mayRead));
        MemorySessionsRepository sessions = new MemorySessionsRepository();
        registry = new SessionRegistry(
                subscriptions, sessions, new MemoryQueueRepository(), authorizator, scheduler, clock, 0, loops);
        office = new PostOffice(
                subscriptions,
                new MemoryRetainedRepository(),
                registry,
                sessions,
                interceptor,
                authorizator,
                loops,
                clock,
                MqttQoS.AT_MOST_ONCE);
        // no anonymous clients, no empty client ids; the secret was checked before Moquette hears of the client; this
        // only keeps the two names together. What is published waits for the end of its batch, which wakes the event
        // loop
        connections = new MQTTConnectionFactory(
                new BrokerConfiguration(false, false, false, BrokerConstants.NO_BUFFER_FLUSH),
                (client, user, secret) -> client.equals(user),
                registry,
                office);
    }

    /** A session for a new channel. */
    public MoquetteSession open(Channel channel) {
        return new MoquetteSession(channel, connections.create(channel), this);
    }

    /**
     * Publishes them, with one command for each session loop. Never blocks; each is told what became of it, at once or
     * on a loop, at the latest when the loops end.
     */
    public void publish(List<? extends Publication> publications) {
        Map<Integer, PublicationBatch> byLoop = new HashMap<>();
        for (Publication publication : publications) {
            byLoop.computeIfAbsent(loopOf(publication.clientId()), loop -> new PublicationBatch())
                    .add(publication);
        }
        byLoop.values().forEach(this::route);
    }

    private void route(PublicationBatch batch) {
        underway.add(batch);
        boolean routed = loops.runOrRoute(batch.clientId(), "BATCH", () -> {
            try {
                batch.publish(office, loops, channels::get);
            } finally {
                underway.remove(batch);
            }
            return null;
        });
        if (!routed) {
            underway.remove(batch);
            batch.refuse();
        } else if (closed) {
            // it may have come too late for close to see it
            underway.remove(batch);
            batch.abandon();
        }
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

    SessionLoops sessionLoops() {
        return loops;
    }

    SessionRegistry registry() {
        return registry;
    }

    PostOffice office() {
        return office;
    }

    ExactSubscriptions subscriptions() {
        return subscriptions;
    }

    /** The session of this client id writes to {@code channel} from now on. In the turn of the client's loop. */
    void bind(String clientId, Channel channel) {
        channels.put(clientId, channel);
    }

    /** There is no session of this client id any more. In the turn of the client's loop. */
    void unbind(String clientId) {
        channels.remove(clientId);
    }

    /** Ends the loops and the timers. Waits for up to 5 s per loop for the command that it is busy with. */
    @Override
    public void close() {
        closed = true;
        registry.close();
        office.terminate();
        interceptor.stop();
        scheduler.shutdownNow();
        underway.forEach(PublicationBatch::abandon);
    }

    private record ReadersOnly(BiPredicate<String, String> mayRead) implements IAuthorizatorPolicy {
        @Override
        public boolean canWrite(Topic topic, String user, String client) {
            return false;
        }

        @Override
        public boolean canRead(Topic topic, String user, String client) {
            return mayRead.test(client, topic.toString());
        }
    }
}
