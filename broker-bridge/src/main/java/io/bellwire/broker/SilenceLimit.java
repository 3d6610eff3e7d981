package io.bellwire.broker;

import io.bellwire.admission.SilentConnections;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;

/**
 * Counts a connection as silent until a whole CONNECT has arrived, and has the guard behind it close the connection if
 * there are too many silent ones and this is one of the oldest. Used only on the channel's event loop.
 */
final class SilenceLimit extends ChannelInboundHandlerAdapter {
    private final SilentConnections<Channel> silent;

    SilenceLimit(SilentConnections<Channel> silent) {
        this.silent = silent;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        silent.add(context.channel()).forEach(SilenceLimit::close);
    }

    /** Has the guard of a silent connection close it. */
    static void close(Channel tooMuch) {
        tooMuch.eventLoop().execute(() -> tooMuch.pipeline().fireUserEventTriggered(ConnectionRefusal.SILENT));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        if (read instanceof MqttConnectMessage) {
            context.pipeline().remove(this);
        }
        context.fireChannelRead(read);
    }

    /** Also called when the channel has closed. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        silent.remove(context.channel());
    }
}
