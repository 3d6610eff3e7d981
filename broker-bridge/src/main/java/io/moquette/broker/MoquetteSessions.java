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
 * Moquette 0.18.3 without its server: the sessions, their loops, the code that answers CONNECT, SUBSCRIBE,
 * UNSUBSCRIBE and PINGREQ, and the code that publishes. This class is in Moquette's package because the parts that it
 * assembles are visible only there. It leaves out what Moquette's server would add: its acceptor, files, telemetry,
 * retained messages, interception. Its users must pass on only packets that they have made themselves (see {@link
 * MoquetteSession}). Thread-safe.
 */
@NullMarked
public final class MoquetteSessions implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final BrokerInterceptor interceptor;
    private final SessionLoops loops;
    private final ExactSubscriptions subscriptions = new ExactSubscriptions();
    private final SessionRegistry registry;
    private final PostOffice postOffice;
    private final MQTTConnectionFactory connections;
    /**
     * The channel of each client's session, by client id. An entry is changed only in the turn of the client's loop.
     */
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    /** Batches that no loop has finished. */
    private final Set<PublicationBatch> unfinished = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /**
     * Starts one loop per processor.
     *
     * @param queueSize commands that may wait for one loop
     * @param mayRead whether a client, by its id, may read a topic
     * @param onThrown called with the command and the throwable that ended it, on the loop's thread; must not throw
     */
    public MoquetteSessions(
            int queueSize, BiPredicate<String, String> mayRead, Clock clock, BiConsumer<String, Throwable> onThrown) {
        interceptor = new BrokerInterceptor(List.of());
        loops = new SessionLoops(interceptor, queueSize, onThrown);
        Authorizator authorizator = new Authorizator(new ReadOnlyPolicy(mayRead));
        MemorySessionsRepository sessions = new MemorySessionsRepository();
        registry = new SessionRegistry(
                subscriptions, sessions, new MemoryQueueRepository(), authorizator, scheduler, clock, 0, loops);
        postOffice = new PostOffice(
                subscriptions,
                new MemoryRetainedRepository(),
                registry,
                sessions,
                interceptor,
                authorizator,
                loops,
                clock,
                MqttQoS.AT_MOST_ONCE);
        // No anonymous clients, no empty client ids. The guard has checked the secret before Moquette sees the
        // client; this check only makes sure that user name and client id agree. Published messages are flushed at
        // the end of their batch, which wakes the event loop.
        connections = new MQTTConnectionFactory(
                new BrokerConfiguration(false, false, false, BrokerConstants.NO_BUFFER_FLUSH),
                (client, user, secret) -> client.equals(user),
                registry,
                postOffice);
    }

    /** A session for a new channel. */
    public MoquetteSession open(Channel channel) {
        return new MoquetteSession(channel, connections.create(channel), this);
    }

    /**
     * Publishes the messages, with one command for each session loop. Never blocks. Each publication gets its outcome
     * at once or on a loop, at the latest when the loops end.
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
        unfinished.add(batch);
        boolean routed = loops.runOrRoute(batch.clientId(), "BATCH", () -> {
            try {
                batch.publish(postOffice, loops, channels::get);
            } finally {
                unfinished.remove(batch);
            }
            return null;
        });
        if (!routed) {
            unfinished.remove(batch);
            batch.failAll();
        } else if (closed) {
            // close may have run before the batch was added
            unfinished.remove(batch);
            batch.abandon();
        }
    }

    /** How many session loops there are. */
    public int loops() {
        return loops.getEventLoopCount();
    }

    /** How many commands this loop, from 0, has done on its own thread: it is alive if there are more and more. */
    public long commandsDone(int loop) {
        return loops.commandsDone(loop);
    }

    /** The loop, from 0, that serves this client id. */
    public int loopOf(String clientId) {
        return loops.targetQueueOrdinal(clientId);
    }

    /** Whether there is a session with this client id. */
    boolean hasSession(String clientId) {
        return registry.retrieve(clientId) != null;
    }

    SessionLoops sessionLoops() {
        return loops;
    }

    SessionRegistry registry() {
        return registry;
    }

    PostOffice postOffice() {
        return postOffice;
    }

    ExactSubscriptions subscriptions() {
        return subscriptions;
    }

    /** The session with this client id writes to {@code channel} from now on. In the turn of the client's loop. */
    void bind(String clientId, Channel channel) {
        channels.put(clientId, channel);
    }

    /** The session with this client id has ended. In the turn of the client's loop. */
    void unbind(String clientId) {
        channels.remove(clientId);
    }

    /** Ends the loops and the timers. Waits up to 5 s per loop for the command that it is running. */
    @Override
    public void close() {
        closed = true;
        registry.close();
        postOffice.terminate();
        interceptor.stop();
        scheduler.shutdownNow();
        unfinished.forEach(PublicationBatch::abandon);
    }

    private record ReadOnlyPolicy(BiPredicate<String, String> mayRead) implements IAuthorizatorPolicy {
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
