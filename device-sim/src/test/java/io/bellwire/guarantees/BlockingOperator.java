package io.bellwire.guarantees;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.fleet.FailedAttempts;
import io.bellwire.fleet.OperatorClient;
import io.bellwire.serve.Bellwire;
import io.bellwire.soak.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;

/** An {@link OperatorClient} whose calls return when the server has answered. Also sends requests with any token. */
final class BlockingOperator {
    /** Shared by all tests; their threads do not keep the process alive. */
    private static final ScheduledTimers TIMERS = new ScheduledTimers(System::nanoTime);

    private static final BoundedHttpClient HTTP = new BoundedHttpClient(ForkJoinPool.commonPool(), 16, 1_000);

    private final URI server;
    private final OperatorClient operator;

    BlockingOperator(Bellwire bellwire) {
        this(bellwire.http(), bellwire.operatorToken());
    }

    BlockingOperator(URI server, String token) {
        this.server = server;
        this.operator = new OperatorClient(HTTP, server, token, TIMERS, System::nanoTime, FailedAttempts.IGNORED);
    }

    DeviceCredentials register(String device) {
        return operator.register(new DeviceId(device)).join();
    }

    /** Places an order and returns its id. */
    String order(DeviceCredentials device) {
        String key = UUID.randomUUID().toString();
        return operator.place(key, "{\"device_id\":\"" + device.id() + "\"}")
                .join()
                .id();
    }

    /** How many changes the device has not acknowledged. */
    long pending(DeviceCredentials device) {
        return operator.read("/v1/devices/" + device.id()).join().get("pending").longValue();
    }

    /** The sum of all series of a metric. */
    double metric(String name) {
        try {
            return Metrics.read(HttpClient.newHttpClient(), server)
                    .sum(name, "")
                    .orElseThrow(() -> new IllegalStateException("no metric " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends one request, which is not repeated, with this token. */
    HttpResponse<byte[]> send(String method, String path, String body, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + token);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return HTTP.send(
                        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                                .build())
                .join();
    }
}
