package io.bellwire.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.delivery.CallResult;
import io.bellwire.delivery.CallSender;
import io.bellwire.delivery.PreparedCall;
import io.bellwire.outbound.OutboundCall;
import io.bellwire.outbound.OutboundClient;
import io.bellwire.outbound.OutboundResult;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointKeys;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.SignatureScheme;
import io.bellwire.webhook.WebhookKey;
import io.bellwire.webhook.WebhookSecrets;
import io.bellwire.webhook.WebhookSignature;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Signs calls, adds their headers and sends them. Thread-safe. */
final class SignedCalls implements CallSender {
    /** About 500 bytes each; who is not among them is derived again, which costs some microseconds. */
    private static final int CACHED_MAX = 10_000;

    private static final String USER_AGENT = "Bellwire-Webhooks/1";

    private final OutboundClient client;
    private final WebhookSecrets secrets;
    private final LongSupplier steadyMillis;
    private final LongSupplier wallMillis;
    /** Only those that are costly to derive: a secret is derived as fast as it is found. */
    private final Cache<KeyName, WebhookKey> keyPairs = Caffeine.newBuilder()
            .maximumSize(CACHED_MAX)
            .executor(Runnable::run)
            .build();

    private final Cache<HeaderName, Optional<Map<String, String>>> headers = Caffeine.newBuilder()
            .maximumSize(CACHED_MAX)
            .executor(Runnable::run)
            .build();

    private record KeyName(EndpointId endpoint, String salt) {}

    private record HeaderName(EndpointId endpoint, SealedHeaders sealed) {}

    /**
     * @param steadyMillis the log's clock that does not jump, by which old keys end
     * @param wallMillis the time for receivers, milliseconds since 1970
     */
    SignedCalls(OutboundClient client, WebhookSecrets secrets, LongSupplier steadyMillis, LongSupplier wallMillis) {
        this.client = client;
        this.secrets = secrets;
        this.steadyMillis = steadyMillis;
        this.wallMillis = wallMillis;
    }

    @Override
    public void send(PreparedCall call, Consumer<CallResult> done) {
        Optional<Map<String, String>> own = headersOf(call);
        if (own.isEmpty()) {
            done.accept(new CallResult.Failed(
                    "headers-lost",
                    "the endpoint's headers were encrypted with a settings key that the server has lost: set them again",
                    Duration.ZERO));
            return;
        }
        Map<String, String> all = new LinkedHashMap<>(own.get());
        long seconds = Math.floorDiv(wallMillis.getAsLong(), 1_000L);
        all.put("Content-Type", call.contentType());
        all.put("User-Agent", USER_AGENT);
        all.put("Bellwire-Payload", call.payload());
        if (call.isReplay()) {
            all.put("Bellwire-Replay", "true");
        }
        all.put("webhook-id", call.webhookId());
        all.put("webhook-timestamp", Long.toString(seconds));
        all.put(
                WebhookSignature.HEADER,
                WebhookSignature.of(
                        call.webhookId(),
                        seconds,
                        call.body(),
                        keysOf(call.endpoint(), call.keys(), call.signatures())));
        client.call(
                new OutboundCall(URI.create(call.url()), all, call.body(), call.deadline()),
                result -> done.accept(resultOf(result)));
    }

    private Optional<Map<String, String>> headersOf(PreparedCall call) {
        return call.headers().isEmpty()
                ? Optional.of(Map.of())
                : headers.get(
                        new HeaderName(call.endpoint(), call.headers()),
                        name -> secrets.open(name.endpoint(), name.sealed()));
    }

    private List<WebhookKey> keysOf(EndpointId endpoint, EndpointKeys endpointKeys, Set<SignatureScheme> schemes) {
        List<WebhookKey> all = new ArrayList<>();
        for (String salt : WebhookSecrets.saltsAt(endpointKeys, steadyMillis.getAsLong())) {
            for (SignatureScheme scheme : schemes) {
                all.add(
                        scheme == SignatureScheme.V1A
                                ? keyPairs.get(
                                        new KeyName(endpoint, salt),
                                        name -> secrets.key(name.endpoint(), name.salt(), SignatureScheme.V1A))
                                : secrets.key(endpoint, salt, scheme));
            }
        }
        return all;
    }

    private static CallResult resultOf(OutboundResult result) {
        return result.fold(
                answered -> new CallResult.Answered(
                        answered.status(), answered.retryAfter(), answered.body(), answered.elapsed()),
                SignedCalls::failure);
    }

    private static CallResult failure(OutboundResult.Failed failed) {
        return switch (failed.reason()) {
            case BUSY_TARGET, OVERLOADED -> new CallResult.Busy(failed.retryAfter());
            default ->
                new CallResult.Failed(
                        failed.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        failed.detail(),
                        failed.elapsed());
        };
    }
}
