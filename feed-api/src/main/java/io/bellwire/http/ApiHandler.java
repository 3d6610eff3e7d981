package io.bellwire.http;

import io.bellwire.feed.RateLimits;
import io.bellwire.log.FeedId;
import io.bellwire.log.OverloadedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a request to its endpoint: finds the route, checks what every route wants checked, and writes the answer. Never
 * blocks.
 */
final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);

    /** One for the process: what it bounds is the process's memory. */
    private static final SendBuffers SEND_BUFFERS = new SendBuffers();

    private static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final int DISCARDED_BYTES_MAX = 256 << 10;
    private static final int LINGER_BYTES_MAX = 16 << 20;
    private static final int DISCARD_MILLIS = 2_000;
    private static final int REQUEST_TIMEOUT = 408;

    private final ApiRouteTable routes;
    private final CallerLookup callers;
    private final ScheduledExecutorService timer;
    private final int bodyDeadlineMillis;
    private final RateLimits limits;
    private final MeterRegistry meters;
    private final Executor answering;

    ApiHandler(
            List<ApiRoute> routes,
            CallerLookup callers,
            RateLimits limits,
            ScheduledExecutorService timer,
            int bodyDeadlineMillis,
            MeterRegistry meters,
            Executor answering) {
        this.answering = answering;
        this.bodyDeadlineMillis = bodyDeadlineMillis;
        this.callers = callers;
        this.limits = limits;
        this.timer = timer;
        this.meters = meters;
        this.routes = new ApiRouteTable(routes, route -> Timer.builder("bellwire.http.requests")
                .description("Time from a request's headers to its answer, long polls included")
                .tag("method", route.method())
                .tag("route", route.template())
                .register(meters));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Timer.Sample sample = Timer.start(meters);
        ApiRouteTable.Match match = routes.find(Request.getPathInContext(request));
        if (match == null) {
            send(
                    request,
                    response,
                    callback,
                    Problem.notFound("there is no such path").reply());
            return true;
        }
        boolean isHead = request.getMethod().equals("HEAD");
        ApiRouteTable.Timed timed = match.byMethod().get(isHead ? "GET" : request.getMethod());
        if (timed == null) {
            List<String> allowed = new ArrayList<>(match.byMethod().keySet());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            finish(
                    request,
                    response,
                    callback,
                    Problem.methodNotAllowed(request.getMethod(), String.join(", ", allowed))
                            .reply());
            return true;
        }
        CompletionStage<ApiResponse> reply;
        try {
            reply = answer(request, timed.route(), match.parameters());
        } catch (ProblemException e) {
            reply = CompletableFuture.completedFuture(e.problem().reply());
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        reply.whenComplete((answered, failure) -> {
            ApiResponse toSend = answered;
            if (toSend == null) {
                toSend = failed(request.getMethod() + " " + Request.getPathInContext(request), failure);
            }
            try {
                finish(request, response, callback, toSend);
            } catch (RuntimeException e) { // an answer that cannot be written must not leave the caller waiting
                callback.failed(e);
            }
            sample.stop(timed.timer());
        });
        return true;
    }

    private CompletionStage<ApiResponse> answer(Request request, ApiRoute route, Map<String, String> path) {
        if (route.access() == ApiRoute.Access.ANYBODY) {
            return withBody(request, route, path, Caller.OPERATOR);
        }
        // who is asking comes first: a stranger learns nothing of limits and forms, and costs no memory
        return callers.of(request.getHeaders()).thenCompose(caller -> {
            admit(caller, route, path);
            limit(caller);
            return withBody(request, route, path, caller);
        });
    }

    private static void admit(Caller caller, ApiRoute route, Map<String, String> path) {
        if (!isAdmitted(caller, route, path)) {
            throw new ProblemException(Problem.forbidden(
                    route.access() == ApiRoute.Access.OPERATOR ? "this is the operator's alone" : "this is another's"));
        }
    }

    private static boolean isAdmitted(Caller caller, ApiRoute route, Map<String, String> path) {
        if (caller.isOperator() || route.access() == ApiRoute.Access.KNOWN) {
            return true;
        }
        FeedId owner = route.access() == ApiRoute.Access.OPERATOR_OR_OWNER ? route.owner(path) : null;
        return owner != null && caller.is(owner);
    }

    private void limit(Caller caller) {
        Duration wait =
                caller.party().map(party -> limits.takeRequest(party.id())).orElse(Duration.ZERO);
        if (!wait.isZero()) {
            throw new ProblemException(
                    Problem.rateLimited(caller.name() + " asks too often: wait for Retry-After", wait));
        }
    }

    private CompletionStage<ApiResponse> withBody(
            Request request, ApiRoute route, Map<String, String> path, Caller caller) {
        Map<String, String> query = query(request, route);
        if (!route.contentTypes().isEmpty()) {
            requireContentType(request, route);
        }
        return RequestBody.read(request, route.bodyBytesMax(), timer, bodyDeadlineMillis)
                .thenCompose(body -> route.endpoint()
                        .answer(new ApiCall(
                                route,
                                request.getMethod(),
                                request.getHeaders(),
                                path,
                                query,
                                caller,
                                body,
                                answering)));
    }

    private static void requireContentType(Request request, ApiRoute route) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null) {
            throw new ProblemException(Problem.unsupportedMediaType(
                    "Content-Type is missing; " + String.join(", ", route.contentTypes())));
        }
        String essence = essence(type);
        if (!route.contentTypes().contains(essence)) {
            throw new ProblemException(
                    Problem.unsupportedMediaType("Content-Type must be " + String.join(" or ", route.contentTypes())));
        }
    }

    /** The media type without its parameters, lower case. */
    static String essence(String contentType) {
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
        } catch (RuntimeException e) { // what exactly it throws for bad escapes differs from case to case
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

    /** The problem that {@code failure} is; one that nobody foresaw is logged. */
    static ApiResponse failed(String what, @Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ProblemException problem) {
            return problem.problem().reply();
        }
        if (cause instanceof OverloadedException overloaded) {
            return Problem.overloaded(String.valueOf(overloaded.getMessage())).reply();
        }
        if (cause instanceof UncheckedIOException) {
            return Problem.unavailable("the log cannot be used just now").reply();
        }
        if (cause instanceof IllegalStateException && "the log is closing".equals(cause.getMessage())) {
            return Problem.unavailable("the server is stopping").reply();
        }
        log.error("{} failed", what, cause);
        return Problem.internal().reply();
    }

    /** Writes {@code reply}; whatever of the request's body was not read makes Jetty close the connection. */
    static void send(Request request, Response response, Callback callback, ApiResponse reply) {
        response.setStatus(reply.status());
        HttpFields.Mutable headers = response.getHeaders();
        reply.headers().forEach((name, value) -> headers.put(new HttpField(name, value)));
        if (!reply.contentType().isEmpty()) {
            headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
            headers.put(NO_SNIFFING);
        }
        boolean isHead = request.getMethod().equals("HEAD");
        if (reply.stream() != null) {
            if (isHead) { // its headers are those of a body whose length nobody knows
                response.write(
                        false, null, Callback.from(() -> response.write(true, null, callback), callback::failed));
            } else {
                reply.stream().start(response, callback);
            }
            return;
        }
        if (reply.status() != 204 && reply.status() != 304) {
            headers.put(HttpHeader.CONTENT_LENGTH, reply.body().length());
        }
        boolean hasBody = !isHead && reply.body().length() > 0;
        if (hasBody) {
            SEND_BUFFERS.write(response, reply.body(), callback);
        } else {
            response.write(true, null, callback);
        }
    }

    /** Sends {@code reply}, and sees to what is left of a body that nobody has asked for. */
    private void finish(Request request, Response response, Callback callback, ApiResponse reply) {
        boolean hasBody = request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        boolean isRefusedEarly =
                switch (reply.status()) {
                    case 401, 403, 404, 405, 413, 415, 429 -> true;
                    default -> false;
                };
        if (reply.status() == REQUEST_TIMEOUT) {
            send(request, response, callback, reply.with("Connection", "close"));
        } else if (!hasBody || !isRefusedEarly) {
            send(request, response, callback, reply);
        } else if (request.getLength() >= 0 && request.getLength() <= DISCARDED_BYTES_MAX) {
            CompletableFuture<Void> unused = RequestBody.discard(request, DISCARDED_BYTES_MAX, timer, DISCARD_MILLIS)
                    .handle((all, failure) -> {
                        send(request, response, callback, failure == null ? reply : reply.with("Connection", "close"));
                        return null;
                    });
        } else {
            refuseAndLinger(request, response, callback, reply);
        }
    }

    /**
     * Answers at once and closes only when the caller has stopped sending, or a limit is reached: a connection that is
     * closed on data not yet read is reset, and the caller may never see why (RFC 9112, section 9.6).
     */
    private void refuseAndLinger(Request request, Response response, Callback callback, ApiResponse reply) {
        Callback written = Callback.from(
                () -> {
                    CompletableFuture<Void> unused = RequestBody.discard(
                                    request, LINGER_BYTES_MAX, timer, DISCARD_MILLIS)
                            .handle((all, failure) -> {
                                callback.succeeded();
                                return null;
                            });
                },
                callback::failed);
        // told beforehand, so that a client does not send its next request into a connection that is being closed
        send(request, response, written, reply.with("Connection", "close"));
    }
}
