package io.bellwire.broker;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection after a last packet to its client. */
final class GracefulClose {
    private static final long TIMEOUT_MILLIS = 2000;

    private GracefulClose() {}

    /** Closes the connection, after the last packet if there is one and the client reads. On the event loop. */
    static void close(ChannelHandlerContext context, @Nullable MqttMessage lastPacket) {
        if (lastPacket == null || !context.channel().isWritable()) {
            var unused = context.close();
            return;
        }
        ChannelFuture sent = context.writeAndFlush(lastPacket);
        sent.addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            Runnable close = () -> {
                var ignored = context.close();
            };
            var unused = context.executor().schedule(close, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
