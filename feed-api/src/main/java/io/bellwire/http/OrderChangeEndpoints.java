package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.EventLog;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.LockOrder;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.registry.Secret;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpDateTime;

/**
 * Changes one order, under the precondition of an entity tag, a time or a lock, and takes and releases locks.
 * Thread-safe.
 */
final class OrderChangeEndpoints {
    private static final String MERGE_PATCH = "application/merge-patch+json";
    static final int LOCK_BODY_BYTES_MAX = 1 << 10;
    private static final int LEASE_SECONDS_DEFAULT = 30;
    private static final int LEASE_SECONDS_MAX = (int) OrderLock.LEASE_MAX.toSeconds();
    static final int TOKEN_LENGTH_MAX = 64;
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
    private static final Pattern ENTITY_TAGS =
            Pattern.compile("\\s*\\*\\s*|[\\s,]*(?:W/)?\"[^\"]*\"\\s*(?:,\\s*(?:(?:W/)?\"[^\"]*\"\\s*)?)*+");

    private final EventLog log;
    private final OrderAccess access;
    private final OrderChangeSubmitter changes;
    private final SecureRandom random;

    OrderChangeEndpoints(EventLog log, OrderAccess access, OrderChangeSubmitter changes, SecureRandom random) {
        this.log = log;
        this.access = access;
        this.changes = changes;
        this.random = random;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.withBody(
                        "PATCH",
                        "/v1/orders/{id}",
                        ApiRoute.Access.AUTHENTICATED,
                        List.of(MERGE_PATCH, ApiResponse.JSON),
                        OrderEndpoints.ORDER_BYTES_MAX,
                        this::changeOrder),
                new ApiRoute(
                        "POST",
                        "/v1/orders/{id}/lock",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of(),
                        List.of(),
                        LOCK_BODY_BYTES_MAX,
                        this::lockOrder),
                ApiRoute.withoutBody(
                        "DELETE", "/v1/orders/{id}/lock", ApiRoute.Access.AUTHENTICATED, this::unlockOrder));
    }

    private CompletionStage<ApiResponse> changeOrder(ApiCall call) {
        OrderPatch patch;
        try {
            patch = OrderPatch.of(Json.parse(call.body()));
        } catch (InvalidOrderException e) {
            throw new ProblemException(Problem.invalidRequest(String.valueOf(e.getMessage())));
        }
        requireMayChange(call.caller(), patch);
        Precondition precondition = precondition(call);
        if (!precondition.namesState() && precondition.lockDigest().isEmpty()) {
            throw new ProblemException(Problem.preconditionRequired(
                    "If-Match, If-Unmodified-Since or X-Lock-Token must say which state of the order is changed"));
        }
        return changes.submit(
                call,
                () -> {
                    OrderTarget target = access.findTarget(call);
                    return Map.of(target.id(), target);
                },
                targets -> prepare(targets.values().iterator().next(), patch, precondition));
    }

    private CompletionStage<ChangeOrder> prepare(OrderTarget target, OrderPatch patch, Precondition precondition) {
        return access.withRecipients(target, PreparedOrderChange.of(target, patch, precondition));
    }

    /** A device may only change status and reason, and may not cancel; throws 403 otherwise. */
    static void requireMayChange(Caller caller, OrderPatch patch) {
        if (caller.isDevice() && !patch.isAllowedToDevices()) {
            throw new ProblemException(
                    Problem.forbidden("a device changes status and reason alone, and cancels nothing"));
        }
    }

    /** The precondition that the request's headers state. */
    static Precondition precondition(ApiCall call) {
        return new Precondition(
                call.headerList("If-Match").map(OrderChangeEndpoints::requireEntityTags),
                call.header("If-Unmodified-Since").flatMap(OrderChangeEndpoints::parseHttpDate),
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

    /**
     * The entity tags of If-Match; 400 if one is not in quotes. Weak tags count as strong ones, since a version stands
     * for exactly one content.
     */
    private static Set<String> requireEntityTags(String header) {
        if (!ENTITY_TAGS.matcher(header).matches()) {
            throw new ProblemException(
                    Problem.invalidRequest("If-Match must be entity tags in quotes, such as \"3\", or *"));
        }
        return entityTags(header);
    }

    /** The entity tags of a header, or the star; what is neither is left out. */
    static Set<String> entityTags(String header) {
        return header.strip().equals("*")
                ? Set.of("*")
                : QUOTED.matcher(header).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /** Empty for what is no HTTP date, which RFC 9110, section 13.1.4, says to ignore. */
    private static Optional<Instant> parseHttpDate(String header) {
        try {
            return Optional.of(HttpDateTime.parse(header).toInstant());
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private CompletionStage<ApiResponse> lockOrder(ApiCall call) {
        int seconds = LEASE_SECONDS_DEFAULT;
        if (call.body().length > 0) {
            JsonNode json = Json.parse(call.body());
            Json.requireFields(json, Set.of("seconds"));
            JsonNode secondsJson = json.get("seconds");
            if (secondsJson != null) {
                seconds = secondsJson.isIntegralNumber() && secondsJson.canConvertToInt() ? secondsJson.intValue() : 0;
            }
        }
        if (seconds < 1 || seconds > LEASE_SECONDS_MAX) {
            throw new ProblemException(
                    Problem.invalidRequest("seconds must be a whole number from 1 to " + LEASE_SECONDS_MAX));
        }
        Optional<String> ownToken = lockToken(call);
        Duration lease = Duration.ofSeconds(seconds);
        return access.findOrder(call)
                .thenCompose(order -> submitLock(
                        call,
                        new LockOrder(
                                order.id(),
                                ownToken.orElseGet(() -> Secret.draw(random)),
                                ownToken.isPresent(),
                                lease)))
                .thenApply(response -> response.with("Cache-Control", "no-store"));
    }

    private CompletionStage<ApiResponse> unlockOrder(ApiCall call) {
        String token = lockToken(call)
                .orElseThrow(() ->
                        new ProblemException(Problem.invalidRequest("X-Lock-Token must name the lock to give back")));
        return access.findOrder(call)
                .thenCompose(order -> submitLock(call, new LockOrder(order.id(), token, true, null)));
    }

    private CompletionStage<ApiResponse> submitLock(ApiCall call, LockOrder write) {
        // the token is part of the request: to renew a lease is another request than to take one
        return WriteEndpoint.submit(
                log, call, lockToken(call).map(List::of).orElse(List.of()), write, OrderProblems::of);
    }
}
