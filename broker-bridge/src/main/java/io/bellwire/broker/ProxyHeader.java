package io.bellwire.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, with which a trusted proxy may begin a connection, and then
 * has the rest of the pipeline built. Used only on the channel's event loop.
 */
final class ProxyHeader extends ByteToMessageDecoder {
    private final BrokerContext broker;
    private final Consumer<InetSocketAddress> next;
    private final Future<?> deadline;

    private ProxyHeader(Channel channel, BrokerContext broker, Consumer<InetSocketAddress> next) {
        this.broker = broker;
        this.next = next;
        Duration timeout = broker.options().connectTimeout();
        this.deadline = channel.eventLoop()
                .schedule(
                        () -> refuse(channel, ConnectionRefusal.CONNECT_TIMEOUT),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }

    /**
     * Adds this handler to the channel's pipeline.
     *
     * @param next adds the handlers after it, for the client with this address, or for the proxy if it names none
     */
    static void addTo(Channel channel, BrokerContext broker, Consumer<InetSocketAddress> next) {
        channel.pipeline().addLast(new ProxyHeader(channel, broker, next));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        ProtocolDetectionState state = HAProxyMessageDecoder.detectProtocol(in).state();
        if (state == ProtocolDetectionState.NEEDS_MORE_DATA) {
            return;
        }
        if (state == ProtocolDetectionState.INVALID) {
            begin((InetSocketAddress) context.channel().remoteAddress());
        } else {
            context.pipeline()
                    .addAfter(context.name(), "proxyClient", new Client())
                    .addAfter(context.name(), "proxyHeader", new HAProxyMessageDecoder());
        }
        context.pipeline().remove(this); // passes on what it has read
    }

    private void begin(InetSocketAddress client) {
        deadline.cancel(false);
        next.accept(client);
    }

    private void refuse(Channel channel, ConnectionRefusal why) {
        broker.refused(null, channel.remoteAddress(), why);
        var unused = channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var unused = context.close();
    }

    /** Gets the header. */
    private final class Client extends SimpleChannelInboundHandler<HAProxyMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
            AddressFamily family = header.proxiedProtocol().addressFamily();
            boolean isNamed = header.command() == HAProxyCommand.PROXY
                    && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
            begin(
                    isNamed
                            ? new InetSocketAddress(header.sourceAddress(), header.sourcePort())
                            : (InetSocketAddress) context.channel().remoteAddress());
            context.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            refuse(context.channel(), ConnectionRefusal.PROXY_HEADER);
        }
    }
}
