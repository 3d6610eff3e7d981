package io.bellwire.broker;

import io.bellwire.admission.ConnectionCounts;
import io.bellwire.admission.RefusalLog;
import io.bellwire.admission.SilentConnections;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.tls.ServerTls;
import io.bellwire.tls.Transport;
import io.moquette.broker.MoquetteSessions;
import io.moquette.broker.Publication;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker from one start to the next: listening sockets, event loops, session loops and connections. A restart
 * replaces all of it. Thread-safe.
 */
final class BrokerRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerRun.class);
    private static final long CLOSE_SECONDS = 2;
    private static final int BACKLOG = 1024;
    /**
     * Signals are short and only the latest counts: a small limit shows soon that a device does not read, instead of
     * queueing old signals for it.
     */
    private static final WriteBufferWaterMark UNSENT_BYTES = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

    private static final int SOCKET_SEND_BYTES = 16 * 1024;
    /** How much one read may pass to the guard, which can hold back only what has not been read. */
    private static final int READ_BYTES = 2048;

    private final EventLoopGroup acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("mqtt-accept"));
    private final EventLoopGroup workers =
            new NioEventLoopGroup(Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("mqtt"));
    private final ChannelGroup channels = new DefaultChannelGroup(acceptor.next());
    private final MoquetteSessions moquette;
    private final MqttProperties defaultProperties;
    private final BrokerContext broker;
    private final Canaries canaries;
    private final Admission admission;
    private final SilentConnections<Channel> silent;
    private final Channel server;
    private final @Nullable Channel webSockets;

    /** Listens when it returns. If it cannot, throws {@link BindException} and leaves nothing open. */
    BrokerRun(
            BrokerOptions options,
            DeviceServices services,
            CanaryPorts canaryPorts,
            BrokerMeters meters,
            Clock clock,
            LongSupplier nanoTime,
            SecureRandom random)
            throws BindException {
        Stopwatch elapsed = new Stopwatch(nanoTime);
        RateLimitedLog log = new RateLimitedLog(LOG, elapsed);
        moquette = new MoquetteSessions(
                options.sessionQueueSize(),
                (clientId, topic) -> BrokerContext.mayRead(clientId, topic, services.topics()),
                clock,
                (command, thrown) -> {
                    meters.loopError();
                    log.error("a command has thrown in a session loop, which goes on: " + command, thrown);
                });
        defaultProperties = OutgoingSignal.properties(options.messageExpirySeconds());
        canaries = new Canaries(moquette.loops(), moquette::loopOf, random);
        broker = new BrokerContext(
                options,
                services,
                new LoginCheck(services, canaries, options.loginsPerDevice(), elapsed, log),
                new Connections(services.sessions()),
                moquette,
                meters,
                new BrokerContext.Logs(log, new RefusalLog(LOG, elapsed)));
        admission = new Admission(
                new ConnectionCounts(
                        options.maxConnections(),
                        options.maxConnectionsPerAddress(),
                        options.connectsPerAddress(),
                        elapsed),
                canaryPorts,
                elapsed);
        silent = new SilentConnections<>(options.silentConnections(), elapsed);
        server = listen(options.host(), options.port(), false);
        webSockets = options.wsPort() == BrokerOptions.NO_PORT ? null : listen(options.host(), options.wsPort(), true);
    }

    private Channel listen(String host, int port, boolean overWebSocket) throws BindException {
        ChannelFuture bound = new ServerBootstrap()
                .group(acceptor, workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true) // a restart must not wait for the old connections to time out
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_SNDBUF, SOCKET_SEND_BYTES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT_BYTES)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(new ConnectionInitializer(overWebSocket))
                .bind(host, port)
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        stopThreads();
        BindException refused = new BindException(
                "cannot listen on " + host + ":" + port + ": " + bound.cause().getMessage());
        refused.initCause(bound.cause());
        throw refused;
    }

    /** Makes a signal, as for {@link SignalBroker#publish}; a canary can be its client too. */
    OutgoingSignal signal(
            String clientId, String topic, byte[] payload, int expirySeconds, CompletableFuture<Handover> handover) {
        MqttProperties properties = expirySeconds == 0 ? defaultProperties : OutgoingSignal.properties(expirySeconds);
        return new OutgoingSignal(clientId, topic, payload, properties, handover);
    }

    /** Has Moquette publish the signals. */
    void publish(List<? extends Publication> signals) {
        broker.moquette().publish(signals);
    }

    void disconnect(DeviceId device, LongPredicate isValid) {
        broker.connections().disconnect(device, isValid);
    }

    int devices() {
        return broker.connections().devices();
    }

    Canaries canaries() {
        return canaries;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** The address of MQTT over WebSocket; empty if there is none. */
    Optional<InetSocketAddress> webSocketAddress() {
        return Optional.ofNullable(webSockets).map(channel -> (InetSocketAddress) channel.localAddress());
    }

    /** How many commands this session loop has done. */
    long commandsDone(int loop) {
        return broker.moquette().commandsDone(loop);
    }

    /** How many connections are open, logged in or not. */
    int sockets() {
        return admission.open();
    }

    boolean isListening() {
        return server.isActive() && (webSockets == null || webSockets.isActive());
    }

    @Override
    public void close() {
        // first stop listening, then close what is open, so that no connection slips in between
        server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        if (webSockets != null) {
            webSockets.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        broker.connections().closeAll();
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        broker.connections().removeAll();
        stopThreads();
    }

    private void stopThreads() {
        moquette.close();
        var acceptorStopped = acceptor.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        var workersStopped = workers.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        acceptorStopped.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        workersStopped.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Admits new connections and builds their pipelines. */
    private final class ConnectionInitializer extends ChannelInitializer<SocketChannel> {
        private final boolean overWebSocket;

        private ConnectionInitializer(boolean overWebSocket) {
            this.overWebSocket = overWebSocket;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            InetSocketAddress remote = channel.remoteAddress();
            if (admission.isCanary(remote, channel.localAddress())) {
                begin(channel, remote, null);
                return;
            }
            Transport transport = broker.services().transport();
            if (transport.proxies().trusts(remote)) {
                channels.add(channel);
                ProxyHeader.addTo(channel, broker, client -> begin(channel, client, transport.tls()));
            } else {
                begin(channel, remote, transport.tls());
            }
        }

        /**
         * @param address the client's
         * @param tls null for plain text, which a canary speaks on any port
         */
        private void begin(SocketChannel channel, InetSocketAddress address, @Nullable ServerTls tls) {
            AdmittedClient client = AdmittedClient.admit(
                    channel, admission, broker.services().transport().proxies(), address);
            ConnectionRefusal overLimit = client.place().refusal();
            if (overLimit == ConnectionRefusal.FULL) {
                silent.removeOldest().ifPresent(SilenceLimit::close);
            }
            if (overLimit != null && client.place().kind() == Admission.Kind.NONE) {
                broker.refused(null, address, overLimit);
                var unused = channel.close();
                return;
            }
            channels.add(channel);
            if (tls != null) {
                TlsHandlers.addTo(channel, tls, overWebSocket ? ServerTls.HTTP_1_1 : ServerTls.MQTT, address);
            }
            if (overWebSocket) {
                WebSocketHandshake.addTo(channel, broker);
            }
            channel.pipeline()
                    .addLast(new PacketFramer(broker.options().maxPacketBytes()))
                    .addLast(new MqttDecoder(broker.options().maxPacketBytes(), 64, true))
                    .addLast(MqttEncoder.INSTANCE)
                    .addLast(new TextCheck());
            if (overLimit == null) { // the others have a few places of their own, and a short time to be told why
                channel.pipeline().addLast(new SilenceLimit(silent));
            }
            channel.pipeline()
                    .addLast(new ConnectionGuard(
                            broker, overWebSocket ? DoorbellKind.WEBSOCKET : DoorbellKind.MQTT, overLimit));
        }
    }
}
