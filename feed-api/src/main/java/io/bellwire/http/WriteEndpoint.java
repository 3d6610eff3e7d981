package io.bellwire.http;

import io.bellwire.command.CommandResult;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.IdempotentCommand;
import io.bellwire.command.RefuseWrite;
import io.bellwire.command.StoredResponse;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.EventNumber;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Write;
import io.bellwire.log.WriteTooLargeException;
import io.bellwire.runtime.Sha256;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Submits the write of a request to the log, once per idempotency key, and makes the response of its result. Every
 * endpoint that writes with an idempotency key uses this.
 */
final class WriteEndpoint {
    static final int KEY_LENGTH_MAX = 255;
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1," + KEY_LENGTH_MAX + "}");
    private static final int CREATED = 201;

    private WriteEndpoint() {}

    /** Submits the write, and answers its result. */
    static <R> CompletionStage<ApiResponse> submit(
            EventLog log, ApiCall call, Write<CommandResult<R>> write, Function<R, Problem> problem) {
        return submit(log, call, List.of(), write, problem);
    }

    /**
     * Submits the write, and answers its result.
     *
     * @param requestParts what, besides the body, tells this request from another one under the same idempotency key
     */
    static <R> CompletionStage<ApiResponse> submit(
            EventLog log,
            ApiCall call,
            List<String> requestParts,
            Write<CommandResult<R>> write,
            Function<R, Problem> problem) {
        return write(log, call, requestParts, write).thenCompose(result -> respond(log, result, problem));
    }

    /** Submits the write, unless the call's idempotency key was used before: then the result is the stored response. */
    static <R> CompletionStage<CommandResult<R>> write(
            EventLog log, ApiCall call, List<String> requestParts, Write<CommandResult<R>> write) {
        Optional<IdempotencyKey> key = idempotencyKey(call);
        return log.submit(
                new IdempotentCommand<>(key.orElse(null), fingerprint(call, key, requestParts), write),
                call.responseExecutor(),
                call.caller().name());
    }

    /**
     * Answers with what {@code useWrite} makes of the prepared write. If the preparation is refused, the call may be
     * the repetition of one that was accepted earlier, when the device or order was in another state. So its
     * idempotency key is looked up first, and a stored response is answered.
     *
     * @param requestParts what, besides the body, tells this request from another one under the same idempotency key
     */
    static <W> CompletionStage<ApiResponse> submitPrepared(
            EventLog log,
            ApiCall call,
            List<String> requestParts,
            CompletionStage<W> preparation,
            Function<W, CompletionStage<ApiResponse>> useWrite) {
        return preparation
                .handle((write, failure) ->
                        failure == null ? useWrite.apply(write) : respondStoredOr(log, call, requestParts, failure))
                .thenCompose(Function.identity());
    }

    /** The stored response if the call is a repetition; otherwise {@code failure}. */
    private static CompletionStage<ApiResponse> respondStoredOr(
            EventLog log, ApiCall call, List<String> requestParts, Throwable failure) {
        Optional<IdempotencyKey> key = idempotencyKey(call);
        Optional<Problem> problem = problemOf(failure);
        if (key.isEmpty() || problem.isEmpty()) {
            return CompletableFuture.failedFuture(failure);
        }
        return log.submit(
                        new IdempotentCommand<>(
                                key.get(), fingerprint(call, key, requestParts), new RefuseWrite<>(problem.get())),
                        call.responseExecutor(),
                        call.caller().name())
                .thenCompose(result -> respond(log, result, Function.identity()));
    }

    /** The problem of {@code failure}; empty if it is an unexpected failure of the server. */
    static Optional<Problem> problemOf(@Nullable Throwable failure) {
        Throwable cause = causeOf(failure);
        if (cause instanceof OverloadedException overloaded) {
            return Optional.of(Problem.overloaded(String.valueOf(overloaded.getMessage())));
        }
        if (cause instanceof WriteTooLargeException tooLarge) {
            return Optional.of(Problem.tooLarge(String.valueOf(tooLarge.getMessage())));
        }
        return cause instanceof ProblemException problem ? Optional.of(problem.problem()) : Optional.empty();
    }

    /** What a future has failed with. */
    static @Nullable Throwable causeOf(@Nullable Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The response to the result of a write. */
    static <R> CompletionStage<ApiResponse> respond(
            EventLog log, CommandResult<R> result, Function<R, Problem> problem) {
        return result.fold(
                done -> CompletableFuture.completedFuture(
                        toResponse(done.status(), done.body(), done.subject(), Optional.ofNullable(done.event()))),
                repeated -> respondAgain(log, repeated.answer()),
                refused -> failed(problem.apply(refused.why())),
                mismatch -> failed(Problem.idempotencyMismatch("another request has used this Idempotency-Key")),
                outdated -> failed(
                        Problem.overloaded("others changed the order at each try to change it; nothing was written")));
    }

    private static CompletionStage<ApiResponse> failed(Problem problem) {
        return CompletableFuture.failedFuture(new ProblemException(problem));
    }

    private static CompletionStage<ApiResponse> respondAgain(EventLog log, StoredResponse stored) {
        if (stored.event().equals(EventNumber.NONE)) {
            return CompletableFuture.completedFuture(
                    toResponse(stored.status(), stored.body(), stored.subject(), Optional.empty()));
        }
        return log.onReader(() -> {
            Event event = log.store()
                    .event(stored.event())
                    .orElseThrow(() -> new ProblemException(Problem.conflict(
                            "this Idempotency-Key was used before, and the answer is not kept any more")));
            return toResponse(stored.status(), stored.body(), stored.subject(), Optional.of(event));
        });
    }

    private static ApiResponse toResponse(int status, byte[] body, @Nullable UUID order, Optional<Event> event) {
        if (event.isEmpty()) {
            return body.length == 0
                    ? ApiResponse.empty(status)
                    : new ApiResponse(status, ApiResponse.JSON, body, Map.of());
        }
        ApiResponse response = new ApiResponse(
                        status, ApiResponse.JSON, event.get().json().data(), Map.of())
                .with("ETag", OrderEtag.of(event.get()));
        return status == CREATED ? response.with("Location", "/v1/orders/" + order) : response;
    }

    /** The call's idempotency key; empty if it has none. A key belongs to one caller, method and path. */
    static Optional<IdempotencyKey> idempotencyKey(ApiCall call) {
        return call.header("Idempotency-Key").map(text -> {
            if (!IDEMPOTENCY_KEY.matcher(text).matches()) {
                throw new ProblemException(Problem.invalidRequest(
                        "Idempotency-Key must have 1 to " + KEY_LENGTH_MAX + " visible ASCII characters"));
            }
            return IdempotencyKey.of(
                    call.caller().name(),
                    call.method() + " " + call.route().template(),
                    call.parameters().getOrDefault("id", ""),
                    text);
        });
    }

    /**
     * The fingerprint that tells this request from another one under the same key. It covers what is requested, and
     * neither the precondition nor the form of the answer: a caller that repeats an unanswered write may have read the
     * order meanwhile, and send a newer entity tag.
     */
    static byte[] fingerprint(ApiCall call, Optional<IdempotencyKey> key, List<String> requestParts) {
        if (key.isEmpty()) {
            return new byte[0];
        }
        byte[] body = Sha256.of(call.body());
        if (requestParts.isEmpty()) {
            return body;
        }
        List<String> parts = new ArrayList<>(requestParts);
        parts.add(HexFormat.of().formatHex(body));
        return IdempotencyKey.of(parts.toArray(String[]::new)).digest();
    }
}
