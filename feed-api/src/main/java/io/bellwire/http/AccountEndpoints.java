package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.group.FanOuts;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Registry.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Registers, shows and disables devices and partners, and rotates their secrets. Thread-safe. */
final class AccountEndpoints {
    private final Registry registry;
    private final FanOuts fanOuts;
    private final Duration overlapDefault;
    private final FactorCheck check;

    /** @param overlapDefault how long an old secret stays valid if the request does not say it */
    AccountEndpoints(Registry registry, FanOuts fanOuts, Duration overlapDefault, FactorCheck check) {
        this.registry = registry;
        this.fanOuts = fanOuts;
        this.overlapDefault = overlapDefault;
        this.check = check;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        for (String template : List.of("/v1/devices/{id}", "/v1/partners/{id}")) {
            routes.add(ApiRoute.withoutBody("PUT", template, ApiRoute.Access.OPERATOR, this::registerAccount));
            routes.add(ApiRoute.withoutBody("DELETE", template, ApiRoute.Access.OPERATOR, this::disableAccount));
            routes.add(ApiRoute.get(template, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), this::showAccount));
            routes.add(ApiRoute.withoutBody("POST", template + "/secret", ApiRoute.Access.OPERATOR, this::rotateSecret)
                    .withQuery("overlap_s"));
            routes.add(ApiRoute.withoutBody(
                    "DELETE", template + "/secret/old", ApiRoute.Access.OPERATOR, this::endOldSecret));
        }
        return routes;
    }

    private CompletionStage<ApiResponse> registerAccount(ApiCall call) {
        return registry.find(call.feed())
                .thenCompose(found -> found.isEmpty()
                        ? registry.register(call.feed(), Optional.empty(), AuditedCalls.entry(call))
                        : registry.register(
                                call.feed(),
                                Optional.empty(),
                                AuditedCalls.entry(call),
                                check.submitter(call, ProtectedOperation.SECRETS)))
                .thenApply(registration -> {
                    ObjectNode json = json(call, registration);
                    json.put(
                            "created_at",
                            Timestamps.format(registration.account().createdAt()));
                    return ApiResponse.json(registration.secret() == null ? 200 : 201, json)
                            .with("Cache-Control", "no-store");
                });
    }

    private static ObjectNode json(ApiCall call, Registration registration) {
        ObjectNode json = withId(call);
        if (registration.secret() != null) {
            json.put("secret", registration.secret());
        }
        return json;
    }

    private static ObjectNode withId(ApiCall call) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put(call.route().isPartnerRoute() ? "partner_id" : "device_id", call.pathParameter("id"));
        return json;
    }

    private CompletionStage<ApiResponse> rotateSecret(ApiCall call) {
        return registry.rotate(
                        call.feed(),
                        SecretOverlap.of(call, overlapDefault),
                        AuditedCalls.entry(call),
                        check.submitter(call, ProtectedOperation.SECRETS))
                .thenApply(rotated -> rotated.map(registration -> {
                            ObjectNode json = json(call, registration);
                            SecretOverlap.putInto(json, "old_secret_until", registration.account());
                            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
                        })
                        .orElseThrow(call::noSuchAccount));
    }

    private CompletionStage<ApiResponse> endOldSecret(ApiCall call) {
        return registry.endOldSecret(call.feed(), AuditedCalls.entry(call)).thenApply(isRegistered -> {
            if (!isRegistered) {
                throw call.noSuchAccount();
            }
            return ApiResponse.empty(204);
        });
    }

    private CompletionStage<ApiResponse> disableAccount(ApiCall call) {
        return registry.disable(
                        call.feed(), AuditedCalls.entry(call), check.submitter(call, ProtectedOperation.DELETION))
                .thenApply(isRegistered -> {
                    if (!isRegistered) {
                        throw call.noSuchAccount();
                    }
                    return ApiResponse.empty(204);
                })
                // an earlier event for all devices reaches this device before the answer, or never
                .thenCompose(response -> fanOuts.currentBatchWritten().thenApply(unused -> response));
    }

    private CompletionStage<ApiResponse> showAccount(ApiCall call) {
        return registry.find(call.feed())
                .thenApply(found -> found.map(account -> ApiResponse.json(200, json(call, account)))
                        .orElseThrow(call::noSuchAccount)
                        .with("Cache-Control", "no-store"));
    }

    private static ObjectNode json(ApiCall call, Account account) {
        ObjectNode json = withId(call);
        json.put("created_at", Timestamps.format(account.createdAt()));
        json.put("disabled", account.disabled());
        SecretOverlap.putInto(json, "old_secret_until", account);
        PositionFields.putInto(json, account.feed());
        return json;
    }
}
