package io.bellwire.outbound;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Makes Jetty's HTTP client do what is asked and nothing else: no redirects, cookies, proxies, logins or decoding. */
final class JettyClients {
    private static final int SELECTORS = 1;
    private static final int HEADER_BYTES_MAX = 8_192;
    private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private JettyClients() {}

    static QueuedThreadPool threads(OutboundOptions options) {
        int all = options.threads() + SELECTORS;
        QueuedThreadPool threads = new QueuedThreadPool(all, all);
        threads.setName("outbound");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        return threads;
    }

    /** @param connections counts open connections */
    static HttpClient client(
            OutboundOptions options, SSLContext tls, QueuedThreadPool threads, AtomicInteger connections) {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(SELECTORS);
        connector.setSslContextFactory(tlsOf(tls));
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
        transport.setConnectionPoolFactory(destination ->
                new KeptConnections(destination, options.target().inFlight(), connections, options.callsMax()));
        HttpClient http = new HttpClient(transport);
        http.setName("outbound");
        http.setExecutor(threads);
        http.setScheduler(new ScheduledExecutorScheduler("outbound-timer", true));
        http.setFollowRedirects(false);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.setUserAgentField(null);
        http.setMaxResponseHeadersSize(HEADER_BYTES_MAX);
        http.setMaxConnectionsPerDestination(options.target().inFlight());
        http.setMaxRequestsQueuedPerDestination(options.target().inFlight());
        http.setConnectTimeout(options.connectTimeout().toMillis());
        http.setIdleTimeout(options.idleTimeout().toMillis());
        http.setDestinationIdleTimeout(options.idleTimeout().toMillis());
        options.sourceAddress().ifPresent(address -> http.setBindAddress(new InetSocketAddress(address, 0)));
        // the addresses that were checked, and no other: nothing is looked up here
        AtomicInteger first = new AtomicInteger();
        http.setSocketAddressResolver((host, port, context, promise) -> {
            if (context.get(Destination.CONTEXT_KEY) instanceof Destination destination
                    && destination.getOrigin().getTag() instanceof PinnedAddresses addresses) {
                String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
                promise.succeeded(addresses.toConnect(name, port, first.getAndIncrement()));
            } else {
                promise.failed(new IllegalStateException(host + " has no checked addresses"));
            }
        });
        return http;
    }

    private static SslContextFactory.Client tlsOf(SSLContext context) {
        SslContextFactory.Client factory = new SslContextFactory.Client();
        factory.setSslContext(context);
        factory.setEndpointIdentificationAlgorithm("HTTPS");
        factory.setIncludeProtocols(TLS_VERSIONS);
        return factory;
    }

    static void start(QueuedThreadPool threads, HttpClient http) {
        try {
            threads.start();
            http.start();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the client of outgoing calls does not start", e);
        }
        // each start adds handlers of redirects, logins and upgrades, and decoders
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new InterimAnswers());
        http.getContentDecoderFactories().clear();
    }

    static void stop(LifeCycle stopped) {
        LifeCycle.stop(stopped);
    }
}
