package io.bellwire.broker;

import io.bellwire.admission.TrustedProxies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers one HTTP request, which must open a WebSocket (RFC 6455) for MQTT, and is then replaced by {@link
 * WebSocketFrames}. Any other request is answered with an error and the connection closed. The guard behind it limits
 * the time, counted from when the connection was accepted. Used only on the channel's event loop.
 */
final class WebSocketHandshake extends ChannelInboundHandlerAdapter {
    static final String PATH = "/mqtt";

    private static final int LINE_BYTES_MAX = 1024;
    private static final int HEADER_BYTES_MAX = 8192;
    private static final String SUBPROTOCOLS = "mqtt,mqttv3.1";
    private static final String VERSION = "13";
    /** The longest fixed header of a packet: its type, and its length in four bytes. */
    private static final int FIXED_HEADER_BYTES = 5;

    private final BrokerContext broker;
    private @Nullable HttpRequest upgrade;
    private boolean refused;
    private boolean open;

    private WebSocketHandshake(BrokerContext broker) {
        this.broker = broker;
    }

    /** Adds this handler, and the HTTP codec that it needs, to the end of the channel's pipeline. */
    static void addTo(Channel channel, BrokerContext broker) {
        channel.pipeline()
                .addLast(new HttpServerCodec(LINE_BYTES_MAX, HEADER_BYTES_MAX, HEADER_BYTES_MAX))
                .addLast(new WebSocketHandshake(broker));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        try {
            if (refused) {
                return; // the answer is being sent, and nothing else is read
            }
            if (open) {
                var unused = context.close(); // RFC 6455 has clients wait for the answer; the HTTP codec has already
                // consumed a
                // part of this
            } else if (read instanceof HttpRequest request) {
                upgrade = request;
                if (request.decoderResult().isFailure()) {
                    refuse(
                            context,
                            ConnectionRefusal.HANDSHAKE,
                            HttpResponseStatus.BAD_REQUEST,
                            "this is no HTTP request");
                }
            } else if (read instanceof LastHttpContent end
                    && upgrade != null
                    && !end.content().isReadable()) {
                answer(context, upgrade);
            } else {
                refuse(
                        context,
                        ConnectionRefusal.HANDSHAKE,
                        HttpResponseStatus.BAD_REQUEST,
                        "a WebSocket opens without a body");
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        Set<String> origins = broker.options().wsOrigins();
        ConnectionRefusal ofClient = forwarded(context, request);
        if (ofClient != null) {
            refuse(
                    context,
                    ofClient,
                    ofClient == ConnectionRefusal.PROXY_HEADER
                            ? HttpResponseStatus.BAD_REQUEST
                            : HttpResponseStatus.TOO_MANY_REQUESTS,
                    ofClient.reason());
        } else if (!path(request).equals(PATH)) {
            refuse(
                    context,
                    ConnectionRefusal.HANDSHAKE,
                    HttpResponseStatus.NOT_FOUND,
                    "MQTT over WebSocket is at " + PATH);
        } else if (!isUpgrade(request)) {
            refuse(
                    context,
                    ConnectionRefusal.HANDSHAKE,
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "open a WebSocket here, version 13");
        } else if (origin != null && !origins.isEmpty() && !origins.contains(origin)) {
            refuse(
                    context,
                    ConnectionRefusal.ORIGIN,
                    HttpResponseStatus.FORBIDDEN,
                    "pages of this origin may not connect");
        } else if (!offersMqtt(request)) {
            refuse(
                    context,
                    ConnectionRefusal.HANDSHAKE,
                    HttpResponseStatus.BAD_REQUEST,
                    "Sec-WebSocket-Protocol does not offer mqtt");
        } else {
            open(context, request);
        }
    }

    /** Why the client that a trusted proxy names is refused; null if it is not, or none is named. */
    private @Nullable ConnectionRefusal forwarded(ChannelHandlerContext context, HttpRequest request) {
        AdmittedClient client = AdmittedClient.of(context.channel());
        TrustedProxies proxies = broker.services().transport().proxies();
        if (!proxies.trusts(client.address())) {
            return null;
        }
        try {
            proxies.clientOf(
                            request.headers().getAll("Forwarded"),
                            request.headers().getAll("X-Forwarded-For"))
                    .ifPresent(client::become);
        } catch (IllegalArgumentException contradictory) {
            return ConnectionRefusal.PROXY_HEADER;
        }
        return client.place().refusal();
    }

    private void open(ChannelHandlerContext context, HttpRequest request) {
        open = true;
        FullHttpRequest full = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                new DefaultHttpHeaders());
        WebSocketDecoderConfig limits = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .closeOnProtocolViolation(false) // WebSocketFrames closes it, after the guard has counted the violation
                .withUTF8Validator(false)
                .maxFramePayloadLength(broker.options().maxPacketBytes() + FIXED_HEADER_BYTES)
                .build();
        try {
            new WebSocketServerHandshaker13(PATH, SUBPROTOCOLS, limits)
                    .handshake(context, full)
                    .addListener((ChannelFutureListener) opened -> {
                        if (opened.isSuccess()) {
                            context.pipeline().replace(this, "webSocketFrames", new WebSocketFrames());
                        } else {
                            var unused = context.close();
                        }
                    });
        } catch (WebSocketHandshakeException incomplete) {
            refuse(
                    context,
                    ConnectionRefusal.HANDSHAKE,
                    HttpResponseStatus.BAD_REQUEST,
                    "Sec-WebSocket-Key is missing");
        }
    }

    private void refuse(
            ChannelHandlerContext context, ConnectionRefusal why, HttpResponseStatus status, String detail) {
        refused = true;
        broker.refused(null, context.channel(), why);
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), detail + "\n");
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.CONNECTION, "Upgrade, close")
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static String path(HttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static boolean isUpgrade(HttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && VERSION.equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))
                && !HttpUtil.isTransferEncodingChunked(request);
    }

    private static boolean offersMqtt(HttpRequest request) {
        List<String> known = List.of(SUBPROTOCOLS.split(","));
        return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(offered -> Arrays.stream(offered.split(",")))
                .anyMatch(offered -> known.contains(offered.strip()));
    }
}
