package io.bellwire.http;

import io.bellwire.feed.RateLimits;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogClosingException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
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
 * Handles every HTTP request: finds its route, authenticates the caller, checks access, rate, query, content type and
 * the body's size, calls the {@link Endpoint}, and sends its answer. Never blocks. Jetty calls {@link #handle}.
 */
final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);

    /** One for the process, since it bounds the process's memory. */
    private static final SendBuffers SEND_BUFFERS = new SendBuffers();

    private static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final int DISCARDED_BYTES_MAX = 256 << 10;
    private static final int LINGER_BYTES_MAX = 16 << 20;
    private static final int DISCARD_MILLIS = 2_000;
    private static final int REQUEST_TIMEOUT = 408;

    private final ApiRouteTable routes;
    private final NearestRoute nearestRoute;
    private final CallerLookup callers;
    private final ScheduledExecutorService timer;
    private final int bodyDeadlineMillis;
    private final RateLimits limits;
    private final MeterRegistry meters;
    private final Executor responseExecutor;

    ApiHandler(
            List<ApiRoute> routes,
            CallerLookup callers,
            RateLimits limits,
            ScheduledExecutorService timer,
            int bodyDeadlineMillis,
            MeterRegistry meters,
            Executor responseExecutor) {
        this.responseExecutor = responseExecutor;
        this.bodyDeadlineMillis = bodyDeadlineMillis;
        this.callers = callers;
        this.limits = limits;
        this.timer = timer;
        this.meters = meters;
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
            send(request, response, callback, nearestRoute.notFound(path).toResponse());
            return true;
        }
        boolean isHead = request.getMethod().equals("HEAD");
        ApiRouteTable.Timed timed = match.byMethod().get(isHead ? "GET" : request.getMethod());
        if (timed == null) {
            List<String> allowed = new ArrayList<>(match.byMethod().keySet());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            sendAndDrain(
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
        } catch (ProblemException e) {
            answer = CompletableFuture.completedFuture(e.problem().toResponse());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((answered, failure) -> {
            ApiResponse toSend = answered;
            if (toSend == null) {
                toSend = responseToFailure(request.getMethod() + " " + path, failure);
            }
            try {
                sendAndDrain(request, response, callback, toSend);
            } catch (RuntimeException e) { // the connection must be closed if the answer cannot be written
                callback.failed(e);
            }
            sample.stop(timed.timer());
        });
        return true;
    }

    private CompletionStage<ApiResponse> callEndpoint(Request request, ApiRoute route, Map<String, String> parameters) {
        if (route.access() == ApiRoute.Access.PUBLIC) {
            return readBodyAndCall(request, route, parameters, Caller.OPERATOR);
        }
        // authentication first: an unknown caller learns nothing of limits and formats, and costs no memory for a body
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return callers.callerOf(request.getHeaders(), remote).thenCompose(caller -> {
            requireAccess(caller, route, parameters);
            requireRate(caller);
            return readBodyAndCall(request, route, parameters, caller);
        });
    }

    private static void requireAccess(Caller caller, ApiRoute route, Map<String, String> parameters) {
        if (!hasAccess(caller, route, parameters)) {
            throw new ProblemException(Problem.forbidden(
                    route.access() == ApiRoute.Access.OPERATOR ? "this is the operator's alone" : "this is another's"));
        }
    }

    private static boolean hasAccess(Caller caller, ApiRoute route, Map<String, String> parameters) {
        if (caller.isOperator() || route.access() == ApiRoute.Access.AUTHENTICATED) {
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
                                new ApiCall.Head(request.getMethod(), query, request.getHeaders()),
                                caller,
                                body,
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
        if (cause instanceof UncheckedIOException) {
            return Problem.unavailable("the log cannot be used just now").toResponse();
        }
        if (cause instanceof LogClosingException) {
            return Problem.unavailable("the server is stopping").toResponse();
        }
        log.error("{} failed", operation, cause);
        return Problem.internal().toResponse();
    }

    /** Sends {@code answer}. Jetty closes the connection if the request's body has not been read to its end. */
    static void send(Request request, Response response, Callback callback, ApiResponse answer) {
        response.setStatus(answer.status());
        HttpFields.Mutable headers = response.getHeaders();
        answer.headers().forEach((name, value) -> headers.put(new HttpField(name, value)));
        if (!answer.contentType().isEmpty()) {
            headers.put(HttpHeader.CONTENT_TYPE, answer.contentType());
            headers.put(NO_SNIFFING);
        }
        boolean isHead = request.getMethod().equals("HEAD");
        if (answer.stream() != null) {
            if (isHead) { // two writes, so that Jetty sends the headers of a body of unknown length
                response.write(
                        false, null, Callback.from(() -> response.write(true, null, callback), callback::failed));
            } else {
                answer.stream().start(response, callback);
            }
            return;
        }
        // a terminal shows its prompt below the answer, and not behind it
        ResponseContent body =
                answer.contentType().endsWith("json") ? answer.body().withLineEnd() : answer.body();
        if (answer.status() != 204 && answer.status() != 304) {
            headers.put(HttpHeader.CONTENT_LENGTH, body.length());
        }
        boolean hasBody = !isHead && body.length() > 0;
        if (hasBody) {
            SEND_BUFFERS.write(response, body, callback);
        } else {
            response.write(true, null, callback);
        }
    }

    /**
     * Sends {@code answer}, and reads what is left of the request's body if the request was refused before that was
     * read.
     */
    private void sendAndDrain(Request request, Response response, Callback callback, ApiResponse answer) {
        boolean hasBody = request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        boolean isBodyUnread =
                switch (answer.status()) {
                    case 401, 403, 404, 405, 413, 415, 429 -> true;
                    default -> false;
                };
        if (answer.status() == REQUEST_TIMEOUT) {
            send(request, response, callback, answer.with("Connection", "close"));
        } else if (!hasBody || !isBodyUnread) {
            send(request, response, callback, answer);
        } else if (request.getLength() >= 0 && request.getLength() <= DISCARDED_BYTES_MAX) {
            CompletableFuture<Void> unused = RequestBody.discard(request, DISCARDED_BYTES_MAX, timer, DISCARD_MILLIS)
                    .handle((all, failure) -> {
                        send(
                                request,
                                response,
                                callback,
                                failure == null ? answer : answer.with("Connection", "close"));
                        return null;
                    });
        } else {
            sendAndLinger(request, response, callback, answer);
        }
    }

    /**
     * Answers at once, and closes the connection only when the caller has stopped sending or a limit is reached. If a
     * connection is closed while data is unread, it is reset, and the caller may never see the answer (RFC 9112,
     * section 9.6).
     */
    private void sendAndLinger(Request request, Response response, Callback callback, ApiResponse answer) {
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
        // with the header, a client does not send its next request into a connection that is being closed
        send(request, response, written, answer.with("Connection", "close"));
    }
}
