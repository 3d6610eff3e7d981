package io.bellwire.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.util.ReferenceCountUtil;

/**
 * Turns WebSocket frames into the byte stream of MQTT, and back. It passes on the content of binary frames as it
 * arrives, so that packets and frames need not begin or end together, and never assembles fragments. For a frame that
 * is not allowed it passes on a packet that cannot be decoded, so that the guard treats it like any other malformed
 * packet; the connection then ends with a close frame that has the reason. Used only on the channel's event loop.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
    private WebSocketCloseStatus status = WebSocketCloseStatus.NORMAL_CLOSURE;
    private boolean closing;

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        if (closing || !(read instanceof WebSocketFrame frame)) {
            ReferenceCountUtil.release(read);
        } else if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            context.fireChannelRead(frame.content());
        } else if (frame instanceof PingWebSocketFrame) {
            pong(context, frame.content());
        } else {
            receive(context, frame);
            frame.release();
        }
    }

    private void receive(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame closeFrame) {
            closing = true;
            context.writeAndFlush(closeFrame.retain()).addListener(ChannelFutureListener.CLOSE);
        } else if (!(frame instanceof PongWebSocketFrame)) {
            refuse(context, WebSocketCloseStatus.INVALID_MESSAGE_TYPE, new DecoderException("a text frame"));
        }
    }

    /** Sends no pong to a client that does not read; RFC 6455 demands an answer only to the latest ping. */
    private static void pong(ChannelHandlerContext context, ByteBuf content) {
        if (context.channel().isWritable()) {
            var unused = context.writeAndFlush(new PongWebSocketFrame(content));
        } else {
            content.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            boolean tooLong = corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
            refuse(
                    context,
                    corrupted.closeStatus(),
                    tooLong ? new TooLongFrameException("a frame too long") : new DecoderException("a broken frame"));
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void refuse(ChannelHandlerContext context, WebSocketCloseStatus why, DecoderException cause) {
        if (!closing) {
            status = why;
            context.fireChannelRead(MqttMessageFactory.newInvalidMessage(cause));
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var unused =
                context.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!closing) {
            closing = true;
            sendCloseFrame(context);
        }
        var unused = context.close(promise);
    }

    /** Sends the close frame at once or not at all, and does not wait for the client's answer. */
    private void sendCloseFrame(ChannelHandlerContext context) {
        if (context.channel().isActive() && context.channel().isWritable()) {
            var unused = context.writeAndFlush(new CloseWebSocketFrame(status));
        }
    }
}
