package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.factor.SecondFactors;
import io.bellwire.factor.SecondFactors.NewFactor;
import io.bellwire.log.FeedId;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import io.bellwire.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Enrols, confirms, shows and removes the second factors of partners and operators. Thread-safe. */
final class SecondFactorEndpoints {
    static final int BODY_BYTES_MAX = 1 << 10;

    private final SecondFactors factors;
    private final FactorCheck check;
    private final Registry registry;

    SecondFactorEndpoints(SecondFactors factors, FactorCheck check, Registry registry) {
        this.factors = factors;
        this.check = check;
        this.registry = registry;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        addRoutes(routes, "/v1/partners/{id}/second-factor", ApiRoute.Access.OPERATOR_OR_OWNER);
        addRoutes(routes, "/v1/operators/{id}/second-factor", ApiRoute.Access.OPERATOR);
        return routes;
    }

    private void addRoutes(List<ApiRoute> routes, String template, ApiRoute.Access access) {
        routes.add(ApiRoute.get(template, access, Set.of(), this::show));
        routes.add(ApiRoute.withoutBody("POST", template, access, this::enrol));
        routes.add(ApiRoute.withoutBody("DELETE", template, access, this::remove));
        routes.add(ApiRoute.withBody(
                "POST", template + "/confirm", access, List.of(ApiResponse.JSON), BODY_BYTES_MAX, this::confirm));
    }

    private CompletionStage<ApiResponse> show(ApiCall call) {
        return ofAccount(call, () -> factors.status(call.feed()).thenApply(status -> {
            ObjectNode json = Json.MAPPER.createObjectNode();
            json.put("enrolled", status.isEnrolled());
            json.put("confirmed", status.isConfirmed());
            status.createdAt().ifPresent(at -> json.put("created_at", Timestamps.format(at)));
            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
        }));
    }

    private CompletionStage<ApiResponse> enrol(ApiCall call) {
        FeedId account = call.feed();
        return ofAccount(call, () -> factors.enrol(account)
                .thenCompose(made -> submit(call, made.write()).thenApply(isDone -> enrolled(account, made))));
    }

    private static ApiResponse enrolled(FeedId account, NewFactor made) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("secret", made.secret().base32());
        json.put("uri", made.secret().uri(account.path()));
        json.put("confirmed", false);
        return ApiResponse.json(201, json).with("Cache-Control", "no-store");
    }

    private CompletionStage<ApiResponse> confirm(ApiCall call) {
        JsonNode json = Json.parse(call.body());
        Json.requireFields(json, Set.of("code"));
        if (!json.path("code").isTextual()) {
            throw new ProblemException(Problem.invalidRequest("code must be a text of 6 digits"));
        }
        String code = json.path("code").asText();
        FeedId account = call.feed();
        return ofAccount(call, () -> factors.confirm(account, code, AuditedCalls.entry(call))
                .thenApply(result -> requireDone(account, FactorCheck.passed(account, result)))
                .thenCompose(isDone -> show(call)));
    }

    private CompletionStage<ApiResponse> remove(ApiCall call) {
        return ofAccount(call, () -> factors.removal(call.feed())
                .thenCompose(write -> write.isEmpty()
                        ? CompletableFuture.completedFuture(ApiResponse.empty(204))
                        : submit(call, write.get()).thenApply(isDone -> ApiResponse.empty(204))));
    }

    /**
     * Submits a change of a factor. It takes a code of the caller's own factor if the caller has one. An operator needs
     * one for a change of another's if new secrets take one: a new factor is a secret, too.
     */
    private CompletionStage<Boolean> submit(ApiCall call, Write<Boolean> change) {
        FeedId account = call.feed();
        Write<Boolean> audited = AuditedCalls.entry(call).with(change, isDone -> isDone);
        boolean isOwn = account.equals(call.caller().factorAccount());
        CompletionStage<Boolean> changed = !isOwn && check.isProtected(call, ProtectedOperation.SECRETS)
                ? check.protect(call, audited)
                : check.protectIfConfirmed(call, audited);
        return changed.thenApply(isDone -> requireDone(account, isDone));
    }

    private static boolean requireDone(FeedId account, boolean isDone) {
        if (!isDone) {
            throw new ProblemException(FactorCheck.changedMeanwhile(account));
        }
        return true;
    }

    /** Answers if there is the account that the path names; the operator with the first token has no account. */
    private CompletionStage<ApiResponse> ofAccount(ApiCall call, Supplier<CompletionStage<ApiResponse>> answer) {
        FeedId account = call.feed();
        if (account.equals(Caller.FIRST_OPERATOR)) {
            return answer.get();
        }
        return registry.find(account).thenCompose(found -> {
            if (found.isEmpty()) {
                throw call.noSuchAccount();
            }
            return answer.get();
        });
    }
}
