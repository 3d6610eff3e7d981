package io.bellwire.broker;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The last words on a connection. */
final class GracefulClose {
    private static final long PATIENCE_MILLIS = 2000;

    private GracefulClose() {}

    /** Closes the connection, after these words if there are any and if its client reads. On the event loop. */
    static void say(ChannelHandlerContext context, @Nullable MqttMessage words) {
        if (words == null || !context.channel().isWritable()) {
            var unused = context.close();
            return;
        }
        ChannelFuture said = context.writeAndFlush(words);
        said.addListener(ChannelFutureListener.CLOSE);
        if (!said.isDone()) {
            Runnable cut = () -> {
                var ignored = context.close();
            };
            var unused = context.executor().schedule(cut, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
