package io.bellwire.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The reference for calls to endpoints: the same calls, made by the same HTTP client in a process of its own that does
 * nothing else. It keeps no log, signs nothing, and knows each call beforehand.
 */
final class BareCaller {
    private static final int THREADS = 5;
    private static final int UNDER_WAY_MAX = 2_000;
    /** What an event has around its data. */
    private static final String ENVELOPE = "{\"specversion\":\"1.0\",\"id\":\"" + "i".repeat(60) + "\",\"source\":\""
            + "s".repeat(30) + "\",\"type\":\"io.bellwire.order.created\",\"subject\":\"" + "o".repeat(36)
            + "\",\"time\":\"2030-01-01T00:00:00.000Z\",\"revision\":1,\"datacontenttype\":\"application/json\","
            + "\"data\":";

    private final HttpClient http;
    private final int port;
    private final int receivers;
    private final OrderText orders = new OrderText("none", false, true);
    private final Semaphore free = new Semaphore(UNDER_WAY_MAX);

    private BareCaller(HttpClient http, int port, int receivers) {
        this.http = http;
        this.port = port;
        this.receivers = receivers;
    }

    /**
     * Arguments: the port and the number of receivers. Makes the calls that each line of standard input asks for: number
     * of the first, how many, how many in a second, and when the first is due as {@link System#nanoTime}.
     */
    public static void main(String[] args) throws Exception {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS);
        threads.setReservedThreads(0);
        http.setExecutor(threads);
        http.start();
        BareCaller caller = new BareCaller(http, Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.out.println("{}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] asked = line.split(" ", -1);
            caller.call(
                    Long.parseLong(asked[0]),
                    Integer.parseInt(asked[1]),
                    Double.parseDouble(asked[2]),
                    Long.parseLong(asked[3]));
        }
        System.exit(0);
    }

    private void call(long first, int count, double perSecond, long startNanos) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            BenchWorkload.sleepUntil(startNanos + (long) (i * 1e9 / perSecond));
            free.acquire();
            call(first + i);
        }
    }

    private void call(long number) {
        int receiver = (int) (number % receivers);
        byte[] order = orders.body(number, receiver);
        byte[] body = new byte[ENVELOPE.length() + order.length + 1];
        System.arraycopy(ENVELOPE.getBytes(StandardCharsets.US_ASCII), 0, body, 0, ENVELOPE.length());
        System.arraycopy(order, 0, body, ENVELOPE.length(), order.length);
        body[body.length - 1] = '}';
        http.newRequest(WebhookReceivers.url(receiver, port))
                .method(HttpMethod.POST)
                .timeout(15, TimeUnit.SECONDS)
                .headers(fields -> fields.put("Content-Type", "application/cloudevents+json")
                        .put("webhook-id", "w".repeat(40))
                        .put("webhook-timestamp", "1900000000")
                        .put("webhook-signature", "v1," + "s".repeat(44))
                        .put("Bellwire-Payload", "full"))
                .body(new BytesRequestContent(body))
                .send(result -> {
                    free.release();
                    if (result.isFailed()) {
                        System.err.println("the bare client: " + result.getFailure());
                    }
                });
    }
}
