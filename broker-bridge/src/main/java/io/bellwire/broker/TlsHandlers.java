package io.bellwire.broker;

import io.bellwire.admission.ClientAddress;
import io.bellwire.tls.ClientCertificate;
import io.bellwire.tls.ServerTls;
import io.bellwire.tls.Transport;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The TLS part of Netty's pipelines. */
final class TlsHandlers {
    private TlsHandlers() {}

    /** Adds TLS to the end of the channel's pipeline. The guard behind it limits the time that a handshake may take. */
    static void addTo(Channel channel, ServerTls tls, String protocol, InetSocketAddress client) {
        ClientAddress from = ClientAddress.of(client);
        SslHandler handler = new SslHandler(tls.newEngine(protocol), step -> tls.runHandshake(from, step));
        handler.setHandshakeTimeoutMillis(0);
        channel.pipeline().addLast(handler);
    }

    /** The certificate that the client has shown; null if it has shown none. */
    static @Nullable ClientCertificate certificateOf(Channel channel, Transport transport) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        ServerTls tls = transport.tls();
        return handler == null || tls == null
                ? null
                : tls.clientOf(handler.engine().getSession()).orElse(null);
    }

    /** Whether a pipeline has thrown this because its client does not speak TLS, or not as it should. */
    static boolean isFailure(Throwable thrown) {
        return thrown instanceof DecoderException && thrown.getCause() instanceof SSLException;
    }
}
