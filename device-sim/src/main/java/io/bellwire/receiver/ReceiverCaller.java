package io.bellwire.receiver;

import io.bellwire.certify.RuleViolation;
import io.bellwire.device.net.ClientTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Makes calls to one receiver. Thread-safe. */
final class ReceiverCaller {
    private final HttpClient client;
    private final URI url;
    private final ClientTls tls;
    private final Duration deadline;
    private final LongSupplier nanos;

    /** @param deadline from the call to the end of its answer */
    ReceiverCaller(URI url, ClientTls tls, Duration deadline, LongSupplier nanos) {
        this.client = tls.newHttpClient();
        this.url = url;
        this.tls = tls;
        this.deadline = deadline;
        this.nanos = nanos;
    }

    /** A caller whose first call opens a connection of its own. */
    ReceiverCaller onNewConnection() {
        return new ReceiverCaller(url, tls, deadline, nanos);
    }

    Duration deadline() {
        return deadline;
    }

    /** Makes the call and waits for its answer. */
    CallReply call(SampleCall call) throws RuleViolation, InterruptedException {
        return callAll(List.of(call)).get(0);
    }

    /** Makes all calls at once and waits for their answers, in the order of the calls. */
    List<CallReply> callAll(List<SampleCall> calls) throws RuleViolation, InterruptedException {
        long start = nanos.getAsLong();
        List<CompletableFuture<CallReply>> sent = new ArrayList<>();
        for (SampleCall call : calls) {
            sent.add(client.sendAsync(request(call), answer -> new ReplyBody(CallReply.BODY_BYTES_MAX + 1))
                    .thenApply(answer -> reply(answer, (nanos.getAsLong() - start) / 1_000_000)));
        }
        try {
            List<CallReply> replies = new ArrayList<>();
            for (CompletableFuture<CallReply> one : sent) {
                long left = deadline.toNanos() - (nanos.getAsLong() - start);
                replies.add(one.get(Math.max(left, 1), TimeUnit.NANOSECONDS));
            }
            return replies;
        } catch (TimeoutException late) {
            throw new RuleViolation("an answer within " + deadline.toMillis() + " ms", "none");
        } catch (ExecutionException failed) {
            throw new RuleViolation("an answer", String.valueOf(failed.getCause()));
        } finally {
            sent.forEach(one -> one.cancel(true));
        }
    }

    private HttpRequest request(SampleCall call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.body().getBytes(StandardCharsets.UTF_8)));
        call.headers().forEach(request::header);
        return request.build();
    }

    private static CallReply reply(HttpResponse<byte[]> answer, long millis) {
        byte[] bytes = answer.body();
        String body = new String(bytes, 0, Math.min(bytes.length, CallReply.BODY_BYTES_MAX), StandardCharsets.UTF_8);
        return new CallReply(answer.statusCode(), body, bytes.length, millis);
    }
}
