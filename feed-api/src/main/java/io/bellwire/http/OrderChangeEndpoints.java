package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.EventLog;
import io.bellwire.log.OrderLock;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.LockOrder;
import io.bellwire.order.OrderChange;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.registry.Secret;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Changing one order, with an entity tag or with a lock. Thread-safe. */
final class OrderChangeEndpoints {
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final int LOCK_BODY_BYTES_MAX = 1 << 10;
    private static final int LEASE_SECONDS_DEFAULT = 30;
    private static final int LEASE_SECONDS_MAX = (int) OrderLock.LEASE_MAX.toSeconds();
    private static final int TOKEN_LENGTH_MAX = 64;

    private final EventLog log;
    private final OrderAccess access;
    private final OrderChanges changes;
    private final SecureRandom random;

    OrderChangeEndpoints(EventLog log, OrderAccess access, OrderChanges changes, SecureRandom random) {
        this.log = log;
        this.access = access;
        this.changes = changes;
        this.random = random;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.write(
                        "PATCH",
                        "/v1/orders/{id}",
                        ApiRoute.Access.KNOWN,
                        List.of(MERGE_PATCH, ApiResponse.JSON),
                        OrderEndpoints.ORDER_BYTES_MAX,
                        this::change),
                new ApiRoute(
                        "POST",
                        "/v1/orders/{id}/lock",
                        ApiRoute.Access.KNOWN,
                        Set.of(),
                        List.of(),
                        LOCK_BODY_BYTES_MAX,
                        this::lock),
                ApiRoute.act("DELETE", "/v1/orders/{id}/lock", ApiRoute.Access.KNOWN, this::unlock));
    }

    private CompletionStage<ApiResponse> change(ApiCall call) {
        OrderPatch patch;
        try {
            patch = OrderPatch.of(Json.parse(call.body()));
        } catch (InvalidOrderException e) {
            throw new ProblemException(Problem.invalidRequest(String.valueOf(e.getMessage())));
        }
        requireRight(call.caller(), patch);
        Precondition precondition = precondition(call);
        if (!precondition.namesState() && precondition.lockDigest().isEmpty()) {
            throw new ProblemException(Problem.preconditionRequired(
                    "If-Match, If-Unmodified-Since or X-Lock-Token must say which state of the order is changed"));
        }
        return changes.submit(
                call,
                () -> {
                    OrderTarget target = access.target(call);
                    return Map.of(target.id(), target);
                },
                targets -> prepare(targets.values().iterator().next(), patch, precondition));
    }

    private CompletionStage<ChangeOrder> prepare(OrderTarget target, OrderPatch patch, Precondition precondition) {
        return access.addressed(target, OrderChange.of(target, patch, precondition));
    }

    /** A device does the work, and changes nothing but how far it is; only who placed an order cancels it. */
    static void requireRight(Caller caller, OrderPatch patch) {
        if (caller.isDevice() && !patch.isAllowedToDevices()) {
            throw new ProblemException(
                    Problem.forbidden("a device changes status and reason alone, and cancels nothing"));
        }
    }

    /** What the headers say of the order's state. */
    static Precondition precondition(ApiCall call) {
        return new Precondition(
                call.list("If-Match").map(OrderChangeEndpoints::tags),
                call.header("If-Unmodified-Since").map(OrderChangeEndpoints::time),
                lockToken(call).map(LockOrder::digest));
    }

    private static Optional<String> lockToken(ApiCall call) {
        return call.header("X-Lock-Token").map(token -> {
            if (token.isEmpty() || token.length() > TOKEN_LENGTH_MAX) {
                throw new ProblemException(
                        Problem.invalidRequest("X-Lock-Token must have 1 to " + TOKEN_LENGTH_MAX + " characters"));
            }
            return token;
        });
    }

    /** The entity tags of a header, weak ones as strong ones: versions are exact. */
    static Set<String> tags(String header) {
        return Arrays.stream(header.split(",", -1))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .collect(Collectors.toSet());
    }

    private static Instant time(String header) {
        try {
            return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new ProblemException(Problem.invalidRequest("If-Unmodified-Since is not an HTTP date"));
        }
    }

    private CompletionStage<ApiResponse> lock(ApiCall call) {
        int seconds = LEASE_SECONDS_DEFAULT;
        if (call.body().length > 0) {
            JsonNode json = Json.parse(call.body());
            Json.requireFields(json, Set.of("seconds"));
            JsonNode given = json.get("seconds");
            if (given != null) {
                seconds = given.isIntegralNumber() && given.canConvertToInt() ? given.intValue() : 0;
            }
        }
        if (seconds < 1 || seconds > LEASE_SECONDS_MAX) {
            throw new ProblemException(
                    Problem.invalidRequest("seconds must be a whole number from 1 to " + LEASE_SECONDS_MAX));
        }
        Optional<String> owned = lockToken(call);
        Duration lease = Duration.ofSeconds(seconds);
        return access.order(call)
                .thenCompose(order -> submit(
                        call,
                        new LockOrder(
                                new OrderId(order.id()),
                                owned.orElseGet(() -> Secret.draw(random)),
                                owned.isPresent(),
                                lease)))
                .thenApply(reply -> reply.with("Cache-Control", "no-store"));
    }

    private CompletionStage<ApiResponse> unlock(ApiCall call) {
        String token = lockToken(call)
                .orElseThrow(() ->
                        new ProblemException(Problem.invalidRequest("X-Lock-Token must name the lock to give back")));
        return access.order(call)
                .thenCompose(order -> submit(call, new LockOrder(new OrderId(order.id()), token, true, null)));
    }

    private CompletionStage<ApiResponse> submit(ApiCall call, LockOrder write) {
        // with the token: to renew a lease is not to take one
        return WriteEndpoint.submit(
                log, call, lockToken(call).map(List::of).orElse(List.of()), write, OrderProblems::of);
    }
}
