package io.bellwire.http;

import io.bellwire.admission.ClientAddress;
import io.bellwire.tls.ServerTls;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the TLS part of Jetty's connections, each with what {@link ServerTls} has at that moment. Thread-safe. */
final class TlsConnections extends SslConnectionFactory {
    private final ServerTls tls;

    TlsConnections(ServerTls tls) {
        super(new Engines(tls), HttpVersion.HTTP_1_1.asString());
        this.tls = tls;
        // it would compare the request's Host with the certificate, which is the client's to do
        setEnsureSecureRequestCustomizer(false);
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new OwnThreadHandshake(connector.getByteBufferPool(), connector.getExecutor(), endPoint, engine);
    }

    /** Jetty configures engines itself, unless they come from here. */
    private static final class Engines extends SslContextFactory.Server {
        private final ServerTls tls;

        private Engines(ServerTls tls) {
            this.tls = tls;
            try {
                setSslContext(SSLContext.getDefault()); // any: without one, Jetty would ask for a key store
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has a default", e);
            }
        }

        @Override
        public SSLEngine newSSLEngine() {
            return tls.newEngine(ServerTls.HTTP_1_1);
        }

        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return newSSLEngine();
        }

        @Override
        public SSLEngine newSSLEngine(InetSocketAddress address) {
            return newSSLEngine();
        }
    }

    /**
     * A connection whose handshake does not run on the selector's thread, which serves all others. What follows the
     * handshake in the same bytes, such as the first request, runs where the handshake does.
     */
    private final class OwnThreadHandshake extends SslConnection implements SslHandshakeListener {
        private final ClientAddress from;
        private volatile boolean isOver;

        private OwnThreadHandshake(ByteBufferPool buffers, Executor executor, EndPoint endPoint, SSLEngine engine) {
            super(buffers, executor, getSslContextFactory(), endPoint, engine, true, true);
            this.from = ClientAddress.of(endPoint.getRemoteSocketAddress());
            addHandshakeListener(this);
        }

        @Override
        public void handshakeSucceeded(Event event) {
            isOver = true;
        }

        @Override
        public void onFillable() {
            if (isOver) {
                super.onFillable();
            } else {
                tls.runHandshake(from, super::onFillable);
            }
        }
    }
}
