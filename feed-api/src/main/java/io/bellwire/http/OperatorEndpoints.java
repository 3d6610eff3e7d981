package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Registry.Registration;
import io.bellwire.registry.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Registers, shows, lists and disables operators, changes their roles and rotates their tokens. The operator with the
 * first token is none of them. Thread-safe.
 */
final class OperatorEndpoints {
    static final int BODY_BYTES_MAX = 1 << 10;
    private static final String OPERATORS = "/v1/operators";
    private static final String OPERATOR = OPERATORS + "/{id}";

    private final Registry registry;
    private final Duration overlapDefault;
    private final FactorCheck check;

    /** @param overlapDefault how long an old token stays valid if the request does not say it */
    OperatorEndpoints(Registry registry, Duration overlapDefault, FactorCheck check) {
        this.registry = registry;
        this.overlapDefault = overlapDefault;
        this.check = check;
    }

    List<ApiRoute> routes() {
        return List.of(
                withRole("PUT", this::registerOperator),
                withRole("PATCH", this::changeRole),
                ApiRoute.get(OPERATORS, ApiRoute.Access.OPERATOR, Set.of("cursor", "limit"), this::listOperators),
                ApiRoute.get(OPERATOR, ApiRoute.Access.OPERATOR, Set.of(), this::showOperator),
                ApiRoute.withoutBody("DELETE", OPERATOR, ApiRoute.Access.OPERATOR, this::disableOperator),
                ApiRoute.withoutBody("POST", OPERATOR + "/token", ApiRoute.Access.OPERATOR, this::rotateToken)
                        .withQuery("overlap_s"),
                ApiRoute.withoutBody("DELETE", OPERATOR + "/token/old", ApiRoute.Access.OPERATOR, this::endOldToken));
    }

    private static ApiRoute withRole(String method, Endpoint endpoint) {
        return ApiRoute.withBody(
                method, OPERATOR, ApiRoute.Access.OPERATOR, List.of(ApiResponse.JSON), BODY_BYTES_MAX, endpoint);
    }

    private CompletionStage<ApiResponse> registerOperator(ApiCall call) {
        Role role = role(call);
        if (call.feed().equals(Caller.FIRST_OPERATOR)) {
            throw new ProblemException(
                    Problem.conflict("operator is the name of the operator with the first token: take another id"));
        }
        return registry.find(call.feed()) // one that is there needs no second factor
                .thenCompose(found -> registry.register(
                        call.feed(),
                        Optional.of(role),
                        AuditedCalls.entry(call),
                        check.submitter(call, ProtectedOperation.SECRETS)))
                .thenApply(registration -> {
                    Account operator = registration.account();
                    if (registration.secret() == null && !operator.role().equals(Optional.of(role))) {
                        throw new ProblemException(Problem.conflict("the operator " + call.pathParameter("id")
                                + " is registered with another role: change it with PATCH"));
                    }
                    return shownOnce(registration.secret() == null ? 200 : 201, registration);
                });
    }

    private static Role role(ApiCall call) {
        JsonNode json = Json.parse(call.body());
        Json.requireFields(json, Set.of("role"));
        return Role.of(json.path("role").asText(""))
                .orElseThrow(() -> new ProblemException(Problem.invalidRequest("role must be one of "
                        + Arrays.stream(Role.values()).map(Role::text).collect(Collectors.joining(", ")))));
    }

    private CompletionStage<ApiResponse> changeRole(ApiCall call) {
        Role role = role(call);
        if (role != Role.ADMINISTER) {
            requireOther(call, "take the role administer from itself");
        }
        return registry.changeRole(
                        call.feed(), role, AuditedCalls.entry(call), check.submitter(call, ProtectedOperation.SECRETS))
                .thenApply(changed -> shown(call, changed));
    }

    /** The caller must not be the operator that the path names, so that none locks itself out by mistake. */
    private static void requireOther(ApiCall call, String what) {
        if (call.caller().name().equals(call.feed().path())) {
            throw new ProblemException(Problem.conflict(
                    "an operator cannot " + what + ": another one with the role administer can, and the first token"));
        }
    }

    private CompletionStage<ApiResponse> showOperator(ApiCall call) {
        return registry.find(call.feed()).thenApply(found -> shown(call, found));
    }

    private static ApiResponse shown(ApiCall call, Optional<Account> operator) {
        return ApiResponse.json(200, json(operator.orElseThrow(call::noSuchAccount)))
                .with("Cache-Control", "no-store");
    }

    private static ApiResponse shownOnce(int status, Registration registration) {
        ObjectNode json = json(registration.account());
        if (registration.secret() != null) {
            json.put("token", registration.secret());
        }
        return ApiResponse.json(status, json).with("Cache-Control", "no-store");
    }

    private static ObjectNode json(Account operator) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("operator_id", id(operator));
        json.put("role", operator.role().orElseThrow().text());
        json.put("created_at", Timestamps.format(operator.createdAt()));
        json.put("disabled", operator.disabled());
        SecretOverlap.putInto(json, "old_token_until", operator);
        return json;
    }

    private static String id(Account operator) {
        return operator.id().operator().orElseThrow();
    }

    private CompletionStage<ApiResponse> listOperators(ApiCall call) {
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<FeedId> after = Optional.ofNullable(call.query().get("cursor"))
                .filter(text -> !text.isEmpty())
                .map(OperatorEndpoints::parse);
        return registry.operators(after, limit + 1).thenApply(operators -> {
            ObjectNode json = Json.MAPPER.createObjectNode();
            ArrayNode list = json.putArray("operators");
            operators.stream().limit(limit).forEach(operator -> list.add(json(operator)));
            if (operators.size() > limit) {
                json.put("next", OPERATORS + "?cursor=" + id(operators.get(limit - 1)) + "&limit=" + limit);
            }
            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
        });
    }

    private static FeedId parse(String cursor) {
        if (!DeviceId.isValid(cursor)) {
            throw new ProblemException(
                    Problem.invalidRequest("cursor is not one of this list: follow \"next\", unchanged"));
        }
        return FeedId.ofOperator(cursor);
    }

    private CompletionStage<ApiResponse> disableOperator(ApiCall call) {
        requireOther(call, "disable itself");
        return registry.disable(
                        call.feed(), AuditedCalls.entry(call), check.submitter(call, ProtectedOperation.DELETION))
                .thenApply(isRegistered -> done(call, isRegistered));
    }

    private static ApiResponse done(ApiCall call, boolean isRegistered) {
        if (!isRegistered) {
            throw call.noSuchAccount();
        }
        return ApiResponse.empty(204);
    }

    private CompletionStage<ApiResponse> rotateToken(ApiCall call) {
        return registry.rotate(
                        call.feed(),
                        SecretOverlap.of(call, overlapDefault),
                        AuditedCalls.entry(call),
                        check.submitter(call, ProtectedOperation.SECRETS))
                .thenApply(rotated -> shownOnce(200, rotated.orElseThrow(call::noSuchAccount)));
    }

    private CompletionStage<ApiResponse> endOldToken(ApiCall call) {
        return registry.endOldSecret(call.feed(), AuditedCalls.entry(call))
                .thenApply(isRegistered -> done(call, isRegistered));
    }
}
