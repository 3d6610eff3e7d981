package io.bellwire.http;

import io.bellwire.log.EventLog;
import io.bellwire.log.Write;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.bellwire.webhook.ChangedBy;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointChange;
import io.bellwire.webhook.EndpointEditor;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.WebhookEndpoint;
import io.bellwire.webhook.WebhookSecrets;
import io.bellwire.webhook.Webhooks;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/** Sets, shows, changes and removes the endpoints of partners, and rotates their secrets. Thread-safe. */
final class WebhookEndpoints {
    private static final String ENDPOINTS = "/v1/partners/{id}/endpoints";
    private static final String ENDPOINT = ENDPOINTS + "/{name}";
    private static final int RANDOM_BYTES = 24;

    private final Webhooks webhooks;
    private final WebhookSecrets secrets;
    private final EndpointView view;
    private final EventLog events;
    private final Registry registry;
    private final FactorCheck factorCheck;
    private final SecureRandom random;
    private final Duration overlapDefault;

    WebhookEndpoints(
            Webhooks webhooks,
            EventLog events,
            Registry registry,
            FactorCheck factorCheck,
            SecureRandom random,
            Clock clock,
            Duration overlapDefault) {
        this.webhooks = webhooks;
        this.secrets = webhooks.secrets();
        this.view = new EndpointView(webhooks.secrets(), webhooks::health, clock);
        this.events = events;
        this.registry = registry;
        this.factorCheck = factorCheck;
        this.random = random;
        this.overlapDefault = overlapDefault;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(ApiRoute.get(ENDPOINTS, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), this::list));
        routes.add(ApiRoute.get(ENDPOINT, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), this::show));
        routes.add(withBody("PUT", this::put));
        routes.add(withBody("PATCH", this::patch));
        routes.add(withoutBody("DELETE", ENDPOINT, this::remove));
        routes.add(withoutBody("POST", ENDPOINT + "/take-back", this::takeBack));
        routes.add(withoutBody("POST", ENDPOINT + "/secret", this::rotate).withQuery("overlap_s"));
        routes.add(withoutBody("DELETE", ENDPOINT + "/secret/old", this::endOldSecret));
        return routes;
    }

    private static ApiRoute withBody(String method, Endpoint endpoint) {
        return ApiRoute.withBody(
                method,
                ENDPOINT,
                ApiRoute.Access.OPERATOR_OR_OWNER,
                List.of(ApiResponse.JSON),
                EndpointRequest.BODY_BYTES_MAX,
                endpoint);
    }

    private static ApiRoute withoutBody(String method, String template, Endpoint endpoint) {
        return ApiRoute.withoutBody(method, template, ApiRoute.Access.OPERATOR_OR_OWNER, endpoint);
    }

    private CompletionStage<ApiResponse> list(ApiCall call) {
        return partner(call).thenApply(partner -> view.list(webhooks.of(partner.id())));
    }

    private CompletionStage<Account> partner(ApiCall call) {
        return registry.find(call.feed())
                .thenApply(found -> found.filter(account -> !account.disabled()).orElseThrow(call::noSuchAccount));
    }

    private CompletionStage<ApiResponse> show(ApiCall call) {
        return partner(call)
                .thenApply(partner -> view.of(200, webhooks.find(id(call)).orElseThrow(() -> noSuchEndpoint(call))));
    }

    static EndpointId id(ApiCall call) {
        String name = call.pathParameter("name");
        if (!EndpointId.isName(name)) {
            throw noSuchEndpoint(call);
        }
        return new EndpointId(call.feed(), name);
    }

    static ProblemException noSuchEndpoint(ApiCall call) {
        return new ProblemException(
                Problem.notFound("the partner " + call.pathParameter("id") + " has no such endpoint"));
    }

    private CompletionStage<ApiResponse> put(ApiCall call) {
        EndpointId id = id(call);
        EndpointRequest request = EndpointRequest.parse(call.body());
        String url = request.url().orElseThrow(() -> new ProblemException(Problem.invalidRequest("url is missing")));
        SealedHeaders headers = secrets.seal(id, request.headers().orElse(Map.of()));
        EndpointSettings settings = request.settings(EndpointSettings.DEFAULT, headers);
        boolean isNew = webhooks.find(id).isEmpty();
        return partner(call)
                .thenCompose(partner -> change(call, id, (found, editor) -> {
                    if (found.isPresent()) {
                        return changed(found.get(), editor, settings, Optional.of(url), request.enabled());
                    }
                    if (editor.isFull()) {
                        throw new ProblemException(Problem.conflict("the partner has " + EndpointEditor.PER_PARTNER_MAX
                                + " endpoints, which is as many as it may have"));
                    }
                    requireAllowed(url);
                    return Optional.of(editor.create(id, settings, url, drawText(), drawText()));
                }))
                .thenApply(endpoint -> isNew
                        ? view.withSecret(201, endpoint.orElseThrow())
                                .with("Location", "/v1/" + id.feed() + "/endpoints/" + id.name())
                        : view.of(200, endpoint.orElseThrow()));
    }

    private CompletionStage<ApiResponse> patch(ApiCall call) {
        EndpointId id = id(call);
        EndpointRequest request = EndpointRequest.parse(call.body());
        Optional<SealedHeaders> headers = request.headers().map(given -> secrets.seal(id, given));
        return changeExisting(
                        call,
                        (endpoint, editor) -> changed(
                                endpoint,
                                editor,
                                request.settings(
                                        endpoint.settings(),
                                        headers.orElse(endpoint.settings().headers())),
                                request.url(),
                                request.enabled()))
                .thenApply(endpoint -> view.of(200, endpoint));
    }

    private Optional<EndpointChange> changed(
            WebhookEndpoint endpoint,
            EndpointEditor editor,
            EndpointSettings settings,
            Optional<String> url,
            Optional<Boolean> enabled) {
        EndpointChange change = editor.withSettings(endpoint, settings);
        WebhookEndpoint now = change.after().orElseThrow();
        if (url.isPresent() && EndpointEditor.isNewUrl(now, url.get())) {
            requireAllowed(url.get());
            change = EndpointEditor.both(change, editor.withUrl(now, url.get(), drawText()));
        }
        WebhookEndpoint set = change.after().orElseThrow();
        Optional<EndpointChange> switched = enabled.flatMap(
                isEnabled -> isEnabled ? editor.enable(set) : editor.disable(set, DisabledReason.BY_REQUEST));
        return Optional.of(switched.isPresent() ? EndpointEditor.both(change, switched.get()) : change);
    }

    private void requireAllowed(String url) {
        webhooks.problemOf(url).ifPresent(problem -> {
            throw new ProblemException(Problem.invalidRequest("url: " + problem));
        });
    }

    private CompletionStage<ApiResponse> remove(ApiCall call) {
        boolean isProtected = factorCheck.isProtected(call, ProtectedOperation.DELETION);
        return change(call, id(call), isProtected, (found, editor) -> found.map(editor::remove)
                        .or(() -> {
                            throw noSuchEndpoint(call);
                        }))
                .thenApply(removed -> ApiResponse.empty(204));
    }

    private CompletionStage<ApiResponse> takeBack(ApiCall call) {
        return changeExisting(
                        call, (endpoint, editor) -> editor.takeBack(endpoint).or(() -> {
                            throw new ProblemException(Problem.conflict(
                                    "there is no change of the URL that can be taken back: that is possible for "
                                            + EndpointEditor.TAKE_BACK.toHours() + " hours"));
                        }))
                .thenApply(endpoint -> view.of(200, endpoint));
    }

    private CompletionStage<ApiResponse> rotate(ApiCall call) {
        Duration overlap = SecretOverlap.of(call, overlapDefault);
        return changeExisting(call, (endpoint, editor) -> Optional.of(editor.rotate(endpoint, drawText(), overlap)))
                .thenApply(endpoint -> view.withSecret(200, endpoint));
    }

    private CompletionStage<ApiResponse> endOldSecret(ApiCall call) {
        return changeExisting(call, (endpoint, editor) -> Optional.of(editor.endOldKeys(endpoint)))
                .thenApply(endpoint -> ApiResponse.empty(204));
    }

    private CompletionStage<WebhookEndpoint> changeExisting(
            ApiCall call, BiFunction<WebhookEndpoint, EndpointEditor, Optional<EndpointChange>> decide) {
        return change(
                        call,
                        id(call),
                        (found, editor) -> decide.apply(found.orElseThrow(() -> noSuchEndpoint(call)), editor))
                .thenApply(Optional::orElseThrow);
    }

    /** Submits the change with its record. One that sets a new URL, or makes a new secret, needs a code of the caller's second factor. */
    private CompletionStage<Optional<WebhookEndpoint>> change(
            ApiCall call,
            EndpointId id,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide) {
        return change(call, id, false, decide);
    }

    /** @param isProtected whether it needs a code in any case */
    private CompletionStage<Optional<WebhookEndpoint>> change(
            ApiCall call,
            EndpointId id,
            boolean isProtected,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide) {
        AtomicBoolean isDangerous = new AtomicBoolean();
        return webhooks.change(
                id,
                call.caller().isOperator() ? ChangedBy.OPERATOR : ChangedBy.PARTNER,
                (found, editor) -> {
                    Optional<EndpointChange> change = decide.apply(found, editor);
                    isDangerous.set(isProtected
                            || change.filter(EndpointChange::isDangerous).isPresent());
                    return change;
                },
                write -> {
                    Write<Boolean> recorded = AuditedCalls.entry(call).with(write, isWritten -> isWritten);
                    return isDangerous.get() ? factorCheck.protect(call, recorded) : events.submit(recorded);
                });
    }

    private String drawText() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
