package io.bellwire.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a receiver: HTTP or HTTPS, one thread for each call that is being answered, at most
 * {@value #CALLS_MAX}; more are answered with 503. Thread-safe.
 */
final class ReceiverServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverServer.class);
    private static final int CALLS_MAX = 256;

    private final HttpServer server;
    private final URI url;
    private final Handler handler;
    private final ExecutorService threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    /** Answers one request; called by many threads at once. */
    interface Handler {
        Reply handle(ReceivedRequest request);
    }

    /**
     * @param delay before it is sent
     * @param isDropped whether the connection is closed instead
     */
    record Reply(ReceiverAnswer answer, Duration delay, boolean isDropped) {}

    /**
     * Listens.
     *
     * @param tls null for plain HTTP
     */
    ReceiverServer(InetSocketAddress address, @Nullable ReceiverTls tls, Handler handler) throws IOException {
        this.handler = handler;
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls.context()) {
                @Override
                public void configure(HttpsParameters parameters) {
                    parameters.setSSLParameters(tls.parameters());
                }
            });
            server = secure;
        }
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "receiver");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        InetSocketAddress bound = server.getAddress();
        url = URI.create((tls == null ? "http" : "https") + "://" + address.getHostString() + ":" + bound.getPort()
                + "/webhook");
    }

    /** Where calls may be sent; every path is answered the same. */
    URI url() {
        return url;
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            if (calls.incrementAndGet() > CALLS_MAX) {
                send(exchange, ReceiverAnswer.refusal(503, "too many calls at once"));
                return;
            }
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            byte[] body = exchange.getRequestBody().readNBytes(Receiver.BODY_BYTES_MAX + 1);
            Reply reply = handler.handle(new ReceivedRequest(exchange.getRequestMethod(), headers, body));
            boolean isClosed =
                    !reply.delay().isZero() && closed.await(reply.delay().toMillis(), TimeUnit.MILLISECONDS);
            if (!isClosed && !reply.isDropped()) {
                send(exchange, reply.answer());
            }
        } catch (IOException callerIsGone) {
            LOG.debug("a caller went away", callerIsGone);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error defect) {
            // else the exchange would end without a word about why
            LOG.error("a call failed", defect);
            throw defect;
        } finally {
            calls.decrementAndGet();
        }
    }

    private static void send(HttpExchange exchange, ReceiverAnswer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Closes the sockets at once; calls that are being answered get no answer. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
