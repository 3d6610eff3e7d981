package io.bellwire.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.outbound.OutboundCall;
import io.bellwire.outbound.OutboundClient;
import io.bellwire.outbound.OutboundResult;
import io.bellwire.runtime.Sha256;
import io.bellwire.webhook.WebhookSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Calls the operators' pager with a POST that is signed as Standard Webhooks says. Thread-safe. */
final class Pager implements AlertTransport {
    /** Who gets all calls: there is one pager. */
    static final String RECIPIENT = "pager";

    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final int ID_BYTES = 16;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PagerOptions options;
    private final OutboundClient client;
    private final LongSupplier wallMillis;

    /** @param wallMillis milliseconds since 1970, for the time in the signature */
    Pager(PagerOptions options, OutboundClient client, LongSupplier wallMillis) {
        this.options = options;
        this.client = client;
        this.wallMillis = wallMillis;
    }

    @Override
    public void send(String recipient, Alert alert, long acceptedMillis) throws AlertFailure {
        CompletableFuture<OutboundResult> result = new CompletableFuture<>();
        client.call(call(alert, acceptedMillis), result::complete);
        Optional<AlertFailure> failure;
        try {
            failure = result.get(2 * DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                    .fold(Pager::failureIn, failed -> Optional.of(failure(failed)));
        } catch (ExecutionException | TimeoutException e) {
            throw new AlertFailure(AlertFailure.Kind.UNREACHABLE, "the pager's call has no result", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AlertFailure(AlertFailure.Kind.UNREACHABLE, "the server stops", e);
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static Optional<AlertFailure> failureIn(OutboundResult.Answered answer) {
        return answer.status() / 100 == 2
                ? Optional.empty()
                : Optional.of(new AlertFailure(AlertFailure.Kind.LATER, "the pager has answered " + answer.status()));
    }

    private static AlertFailure failure(OutboundResult.Failed failed) {
        return new AlertFailure(
                AlertFailure.Kind.UNREACHABLE,
                "the pager has not answered: " + failed.reason().name().toLowerCase(Locale.ROOT) + ", "
                        + failed.detail());
    }

    private OutboundCall call(Alert alert, long acceptedMillis) {
        byte[] body = body(alert, acceptedMillis);
        // of the body, so that it is the same at each attempt
        String id = "page-" + HexFormat.of().formatHex(Sha256.of(body), 0, ID_BYTES);
        long seconds = Math.floorDiv(wallMillis.getAsLong(), 1_000L);
        Map<String, String> headers = Map.of(
                "Content-Type",
                "application/json",
                "User-Agent",
                "Bellwire-Webhooks/1",
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(seconds),
                WebhookSignature.HEADER,
                WebhookSignature.of(id, seconds, body, List.of(options.key())));
        return new OutboundCall(options.url(), headers, body, DEADLINE);
    }

    private static byte[] body(Alert alert, long acceptedMillis) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("key", alert.key());
        json.put("subject", alert.subject());
        alert.lines().forEach(json.putArray("lines")::add);
        json.put("time", Instant.ofEpochMilli(acceptedMillis).toString());
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
