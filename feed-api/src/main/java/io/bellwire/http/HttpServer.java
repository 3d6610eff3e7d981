package io.bellwire.http;

import io.bellwire.tls.Transport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configures, starts and stops Jetty. One thread starts and closes it. */
final class HttpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    static final int HEADER_BYTES_MAX = 8 << 10;
    private static final int ACCEPT_QUEUE_MAX = 1_024;
    /** Without it, the kernel keeps megabytes for each connection that does not read. */
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private static final int STOP_MILLIS = 5_000;

    private final String host;
    private final int port;
    private final Server server;
    private final ServerConnector connector;
    private final ConnectionLimits connectionLimits;
    private final boolean isTls;

    /**
     * Configures the server; {@link #start} starts it.
     *
     * @param closed counts connections that are closed because of a limit
     * @param makeHandler makes the handler of requests; its argument runs tasks on the selector's thread
     */
    HttpServer(
            QueuedThreadPool threads,
            HttpOptions options,
            Transport transport,
            MeterRegistry meters,
            ClosedConnections closed,
            Function<Executor, Handler> makeHandler) {
        this.host = options.host();
        this.port = options.port();
        this.server = new Server(threads);
        this.isTls = transport.tls() != null;
        this.connector =
                new HttpConnector(server, task -> execute(threads, task), closed, connectionFactories(transport));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(options.callers().connections().idleTimeout().toMillis());
        connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
        connector.setAcceptQueueSize(ACCEPT_QUEUE_MAX);
        server.addConnector(connector);
        this.connectionLimits = new ConnectionLimits(options, transport.proxies(), connector, meters, closed);
        connector.addBean(connectionLimits);
        server.setHandler(new Handler.Wrapper(makeHandler.apply(this::runOnSelector)) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                connectionLimits.requestReceived(request.getConnectionMetaData().getConnection());
                return super.handle(request, response, callback);
            }
        });
        server.setErrorHandler(HttpServer::sendProblem);
        server.setStopTimeout(STOP_MILLIS);
        Gauge.builder("bellwire.http.connections", connector, listening -> listening
                        .getConnectedEndPoints()
                        .size())
                .description("HTTP connections that are open")
                .register(meters);
    }

    /** In the order in which a connection goes through them. */
    private static ConnectionFactory[] connectionFactories(Transport transport) {
        HttpConfiguration configuration = configuration();
        List<ConnectionFactory> factories = new ArrayList<>();
        if (!transport.proxies().isEmpty()) {
            configuration.addCustomizer(new ForwardedClients(transport.proxies()));
            factories.add(new ProxyConnections(transport.proxies()));
        }
        if (transport.tls() != null) {
            factories.add(new TlsConnections(transport.tls()));
        }
        factories.add(new HttpConnectionFactory(configuration));
        return factories.toArray(ConnectionFactory[]::new);
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEADER_BYTES_MAX);
        configuration.setUriCompliance(UriCompliance.RFC3986);
        configuration.setRelativeRedirectAllowed(false);
        // each connection would keep header fields of its own, in a table of 100 KB
        configuration.setHeaderCacheSize(0);
        return configuration;
    }

    /** Answers requests that Jetty itself refuses, before a route is found. */
    private static boolean sendProblem(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        String detail = message == null ? HttpStatus.getMessage(status) : message.toString();
        ResponseSender.send(
                request, response, callback, Problem.ofStatus(status, detail).toResponse());
        return true;
    }

    /**
     * Runs a connection's next request on the selector's thread, which sent the last answer, and so wakes no other
     * thread.
     */
    private void execute(QueuedThreadPool threads, Runnable task) {
        if (task instanceof Connection) {
            runOnSelector(task);
        } else {
            threads.execute(task);
        }
    }

    /**
     * Runs the task on the selector's thread, where an answer costs least: many answers wake the thread once, and it
     * need not be woken again to wait for the next request.
     */
    private void runOnSelector(Runnable task) {
        ManagedSelector selector = connector.getSelectorManager().getBean(ManagedSelector.class);
        if (selector == null || !selector.isRunning()) {
            throw new RejectedExecutionException("the HTTP server does not run");
        }
        selector.submit(ignored -> task.run());
    }

    /** Closes the connections that are too slow; to be called about every second. */
    void closeSlowConnections() {
        connectionLimits.closeSlow();
    }

    /** Starts to listen, and returns the base address. Throws {@link UncheckedIOException} if the port is taken. */
    URI start() {
        try {
            server.start();
        } catch (Exception e) { // Jetty's start is declared to throw anything
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new UncheckedIOException(
                    "cannot listen for HTTP on " + host + ":" + port + ": " + cause.getMessage(),
                    e instanceof IOException io ? io : new IOException(e));
        }
        String hostInUri = host.contains(":") ? "[" + host + "]" : host;
        return URI.create((isTls ? "https://" : "http://") + hostInUri + ":" + connector.getLocalPort());
    }

    @Override
    public void close() {
        connectionLimits.closeIdle();
        try {
            server.stop();
        } catch (Exception e) { // Jetty's stop is declared to throw anything; the caller still has to close the log
            log.warn("the HTTP server did not stop cleanly: {}", e.toString());
        }
    }
}
