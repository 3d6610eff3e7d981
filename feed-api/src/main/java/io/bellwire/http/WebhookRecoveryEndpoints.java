package io.bellwire.http;

import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedTimeSearch;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Revision;
import io.bellwire.registry.Registry;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointRecovery;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.Webhooks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Shows attempts of calls to endpoints, and has endpoints called again: single deliveries, tests, replays. Thread-safe. */
final class WebhookRecoveryEndpoints {
    private static final String ENDPOINT = "/v1/partners/{id}/endpoints/{name}";
    private static final String DELIVERIES = ENDPOINT + "/deliveries";
    private static final String REPLAY = ENDPOINT + "/replay";
    private static final Set<String> PAGE = Set.of("limit", "before");
    private static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_DEFAULT = 100;
    private static final int NUMBER_MAX = 999_999_999;
    private static final Duration TEST_SPACING = Duration.ofSeconds(1);

    private final Webhooks webhooks;
    private final EventLog events;
    private final Registry registry;
    private final CursorCheck cursorCheck;
    private final FeedTimeSearch timeSearch;

    WebhookRecoveryEndpoints(Webhooks webhooks, EventLog events, Registry registry) {
        this.webhooks = webhooks;
        this.events = events;
        this.registry = registry;
        this.cursorCheck = new CursorCheck(events);
        this.timeSearch = new FeedTimeSearch(events);
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get(DELIVERIES, ApiRoute.Access.OPERATOR_OR_OWNER, PAGE, call -> found(call, this::attempts)),
                withoutBody("POST", DELIVERIES + "/{delivery}/again", this::again),
                withoutBody("POST", ENDPOINT + "/test", this::test),
                ApiRoute.get(REPLAY, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), call -> found(call, this::replay)),
                ApiRoute.withBody(
                        "POST",
                        REPLAY,
                        ApiRoute.Access.OPERATOR_OR_OWNER,
                        List.of(ApiResponse.JSON),
                        ReplayRequest.BODY_BYTES_MAX,
                        this::startReplay),
                withoutBody("DELETE", REPLAY, this::stopReplay));
    }

    private ApiRoute withoutBody(String method, String template, Operation operation) {
        return ApiRoute.withoutBody(
                method, template, ApiRoute.Access.OPERATOR_OR_OWNER, call -> found(call, operation));
    }

    /** What a route does with an endpoint that there is. */
    private interface Operation {
        CompletionStage<ApiResponse> answer(ApiCall call, Target target);
    }

    private record Target(EndpointId id, Feed feed, EndpointRecovery recovery) {}

    private CompletionStage<ApiResponse> found(ApiCall call, Operation operation) {
        return registry.find(call.feed()).thenCompose(partner -> {
            Feed feed = partner.filter(account -> !account.disabled())
                    .orElseThrow(call::noSuchAccount)
                    .feed();
            EndpointId id = WebhookEndpoints.id(call);
            if (webhooks.find(id).isEmpty()) {
                throw WebhookEndpoints.noSuchEndpoint(call);
            }
            EndpointRecovery recovery = webhooks.recovery()
                    .orElseThrow(
                            () -> new ProblemException(Problem.unavailable("this server does not call endpoints")));
            return refusalsAsProblems(operation.answer(call, new Target(id, feed, recovery)));
        });
    }

    private static CompletionStage<ApiResponse> refusalsAsProblems(CompletionStage<ApiResponse> answer) {
        return answer.handle((response, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(response);
                    }
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return CompletableFuture.<ApiResponse>failedFuture(
                            cause instanceof RecoveryRefusedException refused
                                    ? new ProblemException(problem(refused))
                                    : cause);
                })
                .thenCompose(result -> result);
    }

    private static Problem problem(RecoveryRefusedException refused) {
        String detail = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case INVALID -> Problem.invalidRequest(detail);
            case NOT_FOUND -> Problem.notFound(detail);
            case CONFLICT -> Problem.conflict(detail);
            case EXPIRED -> Problem.expired(detail);
            case TOO_OFTEN -> Problem.rateLimited(detail, TEST_SPACING);
            case UNAVAILABLE -> Problem.unavailable(detail);
        };
    }

    private CompletionStage<ApiResponse> attempts(ApiCall call, Target target) {
        int limit = ApiCall.wholeNumber("limit", call.query().get("limit"), 1, LIMIT_MAX, LIMIT_DEFAULT);
        int before = ApiCall.wholeNumber("before", call.query().get("before"), 1, NUMBER_MAX, NUMBER_MAX);
        return CompletableFuture.completedFuture(
                RecoveryView.attempts(target.recovery().attempts(target.id(), limit, before), limit));
    }

    private CompletionStage<ApiResponse> again(ApiCall call, Target target) {
        return target.recovery()
                .callAgain(target.id(), call.pathParameter("delivery"))
                .thenCompose(isQueued -> recorded(
                        call,
                        ApiResponse.empty(202)
                                .with("Location", path(target) + "/deliveries")
                                .with("Cache-Control", "no-store")));
    }

    private static String path(Target target) {
        return "/v1/" + target.id().feed() + "/endpoints/" + target.id().name();
    }

    private CompletionStage<ApiResponse> test(ApiCall call, Target target) {
        return target.recovery().test(target.id()).thenCompose(attempt -> recorded(call, RecoveryView.test(attempt)));
    }

    private CompletionStage<ApiResponse> replay(ApiCall call, Target target) {
        return CompletableFuture.completedFuture(RecoveryView.replay(
                200,
                target.recovery()
                        .replay(target.id())
                        .orElseThrow(() -> new ProblemException(
                                Problem.notFound("there was no replay since the server was started")))));
    }

    private CompletionStage<ApiResponse> startReplay(ApiCall call) {
        ReplayRequest request = ReplayRequest.parse(call.body());
        return found(call, (same, target) -> startReplay(call, target, request));
    }

    private CompletionStage<ApiResponse> startReplay(ApiCall call, Target target, ReplayRequest request) {
        Feed feed = target.feed();
        CompletionStage<Revision> from = request.from().isPresent()
                ? checked(feed, request.from().get())
                : timeSearch.before(feed, request.time().orElseThrow());
        CompletionStage<Optional<Revision>> to = request.to().isPresent()
                ? checked(feed, request.to().get()).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty());
        BiFunction<Revision, Optional<Revision>, ReplayRange> range =
                (after, upTo) -> new ReplayRange(after, upTo, request.perSecond());
        return from.thenCombine(to, range)
                .thenCompose(asked -> target.recovery().startReplay(target.id(), asked))
                .thenCompose(replay -> recorded(
                        call,
                        RecoveryView.started(replay, startsLate(feed, request, replay.from()))
                                .with("Location", path(target) + "/replay")));
    }

    private CompletionStage<Revision> checked(Feed feed, Cursor cursor) {
        return cursorCheck.check(feed, cursor).thenApply(refused -> {
            refused.ifPresent(reason -> {
                throw new ProblemException(
                        FeedEndpoint.resetProblem(feed.id(), new FeedRead.Reset(reason, feed.cursor(feed.earliest()))));
            });
            return cursor.revision();
        });
    }

    /** Whether the replay begins with the oldest change that is kept, and older ones may have been asked for. */
    private static boolean startsLate(Feed feed, ReplayRequest request, Revision from) {
        Revision earliest = feed.earliest().revision();
        return request.time().isPresent() && earliest.value() > 0 && !from.isAfter(earliest);
    }

    private CompletionStage<ApiResponse> stopReplay(ApiCall call, Target target) {
        return target.recovery()
                .stopReplay(target.id())
                .thenCompose(replay -> recorded(call, RecoveryView.replay(200, replay)));
    }

    /** The answer, once the audit feed has a record of the call. */
    private CompletionStage<ApiResponse> recorded(ApiCall call, ApiResponse response) {
        return events.submit(AuditedCalls.entry(call).alone()).thenApply(isWritten -> response);
    }
}
