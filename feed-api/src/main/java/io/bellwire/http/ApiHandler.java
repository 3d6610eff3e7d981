package io.bellwire.http;

import io.bellwire.admission.RefusalLog;
import io.bellwire.feed.RateLimits;
import io.bellwire.log.DiskFullException;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogClosingException;
import io.bellwire.registry.Role;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles every HTTP request: finds its route, authenticates the caller, checks access, rate, query, content type and
 * the body's size, calls the {@link Endpoint}, and sends its answer. Never blocks. Jetty calls {@link #handle}.
 */
final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;

    private final ApiRouteTable routes;
    private final NearestRoute nearestRoute;
    private final CertifiedCallers callers;
    private final ScheduledExecutorService timer;
    private final int bodyDeadlineMillis;
    private final RateLimits limits;
    private final MeterRegistry meters;
    private final AuditedCalls audited;
    private final ResponseSender sender;
    private final Executor responseExecutor;
    private final RefusalLog refusals;

    /** @param responseExecutor see {@link ApiCall} */
    ApiHandler(
            List<ApiRoute> routes,
            CertifiedCallers callers,
            ApiResources resources,
            Duration bodyDeadline,
            ResponseSender sender,
            AuditedCalls audited,
            Executor responseExecutor) {
        this.responseExecutor = responseExecutor;
        this.bodyDeadlineMillis = (int) bodyDeadline.toMillis();
        this.callers = callers;
        this.limits = resources.limits();
        this.timer = resources.timer();
        this.meters = resources.meters();
        this.sender = sender;
        this.audited = audited;
        this.refusals = new RefusalLog(log, new Stopwatch(meters.config().clock()::monotonicTime));
        this.nearestRoute = new NearestRoute(
                routes.stream().map(ApiRoute::template).distinct().toList());
        this.routes = new ApiRouteTable(routes, route -> Timer.builder("bellwire.http.requests")
                .description("Time from a request's headers to its answer, long polls included")
                .tag("method", route.method())
                .tag("route", route.template())
                .register(meters));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Timer.Sample sample = Timer.start(meters);
        String path = Request.getPathInContext(request);
        ApiRouteTable.Match match = routes.find(path);
        if (match == null) {
            ResponseSender.send(
                    request, response, callback, nearestRoute.notFound(path).toResponse());
            return true;
        }
        boolean isHead = request.getMethod().equals("HEAD");
        ApiRouteTable.Timed timed = match.byMethod().get(isHead ? "GET" : request.getMethod());
        if (timed == null) {
            List<String> allowed = new ArrayList<>(match.byMethod().keySet());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            sender.sendAndDrain(
                    request,
                    response,
                    callback,
                    Problem.methodNotAllowed(request.getMethod(), String.join(", ", allowed))
                            .toResponse());
            return true;
        }
        CompletionStage<ApiResponse> answer;
        try {
            answer = callEndpoint(request, timed.route(), match.parameters());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((answered, failure) -> {
            ApiResponse toSend = answered;
            if (toSend == null) {
                toSend = responseToFailure(request.getMethod() + " " + path, failure);
                logRefusal(request, failure);
            }
            try {
                sender.sendAndDrain(request, response, callback, toSend);
            } catch (RuntimeException e) { // the connection must be closed if the answer cannot be written
                callback.failed(e);
            }
            sample.stop(timed.timer());
        });
        return true;
    }

    /** Logs why a caller is not known, or has to wait. */
    private void logRefusal(Request request, @Nullable Throwable failure) {
        WriteEndpoint.problemOf(failure)
                .filter(problem -> problem.status() == UNAUTHORIZED || problem.status() == TOO_MANY_REQUESTS)
                .ifPresent(problem -> refusals.refused(
                        ResponseSender.holderOf(request),
                        request.getConnectionMetaData().getRemoteSocketAddress(),
                        problem.name(),
                        problem.detail()));
    }

    private CompletionStage<ApiResponse> callEndpoint(Request request, ApiRoute route, Map<String, String> parameters) {
        if (!route.isAcceptedBy(request.getHeaders())) {
            throw new ProblemException(
                    Problem.notAcceptable("the answer is " + route.mediaType() + ", which Accept leaves out"));
        }
        if (route.access() == ApiRoute.Access.PUBLIC) {
            ResponseSender.countFor(request, "address " + Request.getRemoteAddr(request));
            return readBodyAndCall(request, route, parameters, Caller.OPERATOR);
        }
        // authentication first: an unknown caller learns nothing of limits and formats, and costs no memory for a body
        return callers.callerOf(request).thenCompose(caller -> {
            requireAccess(caller, route, parameters, request);
            ResponseSender.countFor(request, caller.name());
            requireRate(caller);
            if (route.method().equals("GET")) {
                sender.requireRoom(caller.name());
            }
            return readBodyAndCall(request, route, parameters, caller);
        });
    }

    private void requireAccess(Caller caller, ApiRoute route, Map<String, String> parameters, Request request) {
        if (caller.isOperator()) {
            Role needed = RouteRoles.of(route).orElse(Role.READ);
            if (!caller.role().includes(needed)) {
                audited.refused(caller, route, parameters, Request.getRemoteAddr(request));
                throw new ProblemException(Problem.forbidden(caller.name() + " has the role "
                        + caller.role().text() + ", and this needs the role " + needed.text()));
            }
        } else if (!hasAccess(caller, route, parameters)) {
            throw new ProblemException(Problem.forbidden(
                    route.access() == ApiRoute.Access.OPERATOR ? "this is the operator's alone" : "this is another's"));
        }
    }

    private static boolean hasAccess(Caller caller, ApiRoute route, Map<String, String> parameters) {
        if (route.access() == ApiRoute.Access.AUTHENTICATED) {
            return true;
        }
        FeedId owner = route.access() == ApiRoute.Access.OPERATOR_OR_OWNER ? route.ownerFeed(parameters) : null;
        return owner != null && caller.ownsFeed(owner);
    }

    private void requireRate(Caller caller) {
        Duration wait = caller.account()
                .map(account -> limits.takeRequest(account.id()))
                .orElse(Duration.ZERO);
        if (!wait.isZero()) {
            throw new ProblemException(
                    Problem.rateLimited(caller.name() + " asks too often: wait for Retry-After", wait));
        }
    }

    private CompletionStage<ApiResponse> readBodyAndCall(
            Request request, ApiRoute route, Map<String, String> parameters, Caller caller) {
        Map<String, String> query = query(request, route);
        if (!route.contentTypes().isEmpty()) {
            requireContentType(request, route);
        }
        return RequestBody.read(request, route.bodyBytesMax(), timer, bodyDeadlineMillis)
                .thenCompose(body -> route.endpoint()
                        .answer(new ApiCall(
                                route,
                                parameters,
                                new ApiCall.Head(
                                        request.getMethod(),
                                        query,
                                        request.getHeaders(),
                                        Request.getRemoteAddr(request)),
                                caller,
                                body,
                                CallerConnection.of(request),
                                responseExecutor)));
    }

    private static void requireContentType(Request request, ApiRoute route) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null) {
            throw new ProblemException(Problem.unsupportedMediaType(
                    "Content-Type is missing; " + String.join(", ", route.contentTypes())));
        }
        String mediaType = mediaType(type);
        if (!route.contentTypes().contains(mediaType)) {
            throw new ProblemException(
                    Problem.unsupportedMediaType("Content-Type must be " + String.join(" or ", route.contentTypes())));
        }
    }

    /** The media type of a Content-Type, without its parameters, in lower case. */
    static String mediaType(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(java.util.Locale.ROOT);
    }

    private static Map<String, String> query(Request request, ApiRoute route) {
        String text = request.getHttpURI().getQuery();
        if (text == null || text.isEmpty()) {
            return Map.of();
        }
        Map<String, String> plain = PlainQuery.parse(text);
        if (plain != null && route.query().containsAll(plain.keySet())) {
            return plain;
        }
        Fields fields;
        try {
            fields = Request.extractQueryParameters(request);
        } catch (RuntimeException e) { // Jetty throws several kinds for malformed escapes
            throw new ProblemException(Problem.invalidRequest("the query is not well formed"));
        }
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : fields) {
            if (!route.query().contains(field.getName())) {
                throw new ProblemException(
                        Problem.invalidRequest("unknown query parameter \"" + field.getName() + "\""));
            }
            if (field.getValues().size() > 1) {
                throw new ProblemException(
                        Problem.invalidRequest("query parameter " + field.getName() + " is given more than once"));
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }

    /** The problem for {@code failure}; an unexpected failure is logged and answered with 500. */
    static ApiResponse responseToFailure(String operation, @Nullable Throwable failure) {
        Optional<Problem> problem = WriteEndpoint.problemOf(failure);
        if (problem.isPresent()) {
            return problem.get().toResponse();
        }
        Throwable cause = WriteEndpoint.causeOf(failure);
        if (cause instanceof DiskFullException) {
            return Problem.unavailable("the server's disk is full; nothing was written")
                    .toResponse();
        }
        if (cause instanceof UncheckedIOException) {
            return Problem.unavailable("the log cannot be used just now").toResponse();
        }
        if (cause instanceof LogClosingException) {
            return Problem.unavailable("the server is stopping").toResponse();
        }
        log.error("{} failed", operation, cause);
        return Problem.internal().toResponse();
    }
}
