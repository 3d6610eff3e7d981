package io.bellwire.http;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.IdempotentCommand;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.RefuseWrite;
import io.bellwire.log.StoredResponse;
import io.bellwire.log.Write;
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

/** Takes a writing call to the log, once per idempotency key, and its result back to the caller. */
final class WriteEndpoint {
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int CREATED = 201;

    private WriteEndpoint() {}

    /** Writes, and answers what came of it. */
    static <R> CompletionStage<ApiResponse> submit(
            EventLog log, ApiCall call, Write<CommandResult<R>> write, Function<R, Problem> problem) {
        return submit(log, call, List.of(), write, problem);
    }

    /**
     * Writes, and answers what came of it.
     *
     * @param asked what beside the body says what is asked for
     */
    static <R> CompletionStage<ApiResponse> submit(
            EventLog log,
            ApiCall call,
            List<String> asked,
            Write<CommandResult<R>> write,
            Function<R, Problem> problem) {
        return write(log, call, asked, write).thenCompose(result -> reply(log, result, problem));
    }

    /** Writes, unless the call's idempotency key says that it was done before. */
    static <R> CompletionStage<CommandResult<R>> write(
            EventLog log, ApiCall call, List<String> asked, Write<CommandResult<R>> write) {
        Optional<IdempotencyKey> key = idempotencyKey(call);
        return log.submit(
                new IdempotentCommand<>(key.orElse(null), fingerprint(call, key, asked), write), call.answering());
    }

    /**
     * Has {@code then} answer with what {@code prepared} gives. If that fails because of what may have changed since the call
     * was made first, the call's idempotency key is looked at before it is refused.
     *
     * @param asked what beside the body says what is asked for
     */
    static <W> CompletionStage<ApiResponse> prepared(
            EventLog log,
            ApiCall call,
            List<String> asked,
            CompletionStage<W> prepared,
            Function<W, CompletionStage<ApiResponse>> then) {
        return prepared.handle(
                        (write, failure) -> failure == null ? then.apply(write) : repeat(log, call, asked, failure))
                .thenCompose(Function.identity());
    }

    /** The first answer to the call, if this is a repetition; else {@code failure}. */
    private static CompletionStage<ApiResponse> repeat(
            EventLog log, ApiCall call, List<String> asked, Throwable failure) {
        Optional<IdempotencyKey> key = idempotencyKey(call);
        Optional<Problem> refusal = refusal(failure);
        if (key.isEmpty() || refusal.isEmpty()) {
            return CompletableFuture.failedFuture(failure);
        }
        return log.submit(
                        new IdempotentCommand<>(
                                key.get(), fingerprint(call, key, asked), new RefuseWrite<>(refusal.get())),
                        call.answering())
                .thenCompose(result -> reply(log, result, Function.identity()));
    }

    /** The problem that {@code failure} is, if the caller or the time has brought it about and not the server. */
    static Optional<Problem> refusal(@Nullable Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof OverloadedException overloaded) {
            return Optional.of(Problem.overloaded(String.valueOf(overloaded.getMessage())));
        }
        return cause instanceof ProblemException problem ? Optional.of(problem.problem()) : Optional.empty();
    }

    /** The answer to what came of a write. */
    static <R> CompletionStage<ApiResponse> reply(EventLog log, CommandResult<R> result, Function<R, Problem> problem) {
        return result.fold(
                done -> CompletableFuture.completedFuture(
                        reply(done.status(), done.body(), done.order(), Optional.ofNullable(done.event()))),
                repeated -> repeat(log, repeated.answer()),
                refused -> failed(problem.apply(refused.why())),
                mismatch -> failed(Problem.idempotencyMismatch("another request has used this Idempotency-Key")),
                outdated -> failed(
                        Problem.overloaded("others changed the order at each try to change it; nothing was written")));
    }

    private static CompletionStage<ApiResponse> failed(Problem problem) {
        return CompletableFuture.failedFuture(new ProblemException(problem));
    }

    private static CompletionStage<ApiResponse> repeat(EventLog log, StoredResponse answer) {
        if (answer.event() == 0) {
            return CompletableFuture.completedFuture(
                    reply(answer.status(), answer.body(), answer.order(), Optional.empty()));
        }
        return log.onReader(() -> {
            Event event = log.store()
                    .event(answer.event())
                    .orElseThrow(() -> new ProblemException(Problem.conflict(
                            "this Idempotency-Key was used before, and the answer is not kept any more")));
            return reply(answer.status(), answer.body(), answer.order(), Optional.of(event));
        });
    }

    private static ApiResponse reply(int status, byte[] body, @Nullable UUID order, Optional<Event> event) {
        if (event.isEmpty()) {
            return body.length == 0
                    ? ApiResponse.empty(status)
                    : new ApiResponse(status, ApiResponse.JSON, body, Map.of());
        }
        ApiResponse reply = new ApiResponse(
                        status, ApiResponse.JSON, event.get().data(), Map.of())
                .with("ETag", OrderEtag.of(event.get()));
        return status == CREATED ? reply.with("Location", "/v1/orders/" + order) : reply;
    }

    /** What the caller calls its request, if it does; a key belongs to a caller, a method and a path. */
    static Optional<IdempotencyKey> idempotencyKey(ApiCall call) {
        return call.header("Idempotency-Key").map(text -> {
            if (!IDEMPOTENCY_KEY.matcher(text).matches()) {
                throw new ProblemException(
                        Problem.invalidRequest("Idempotency-Key must have 1 to 255 visible ASCII characters"));
            }
            return IdempotencyKey.of(
                    call.caller().name(),
                    call.method() + " " + call.route().template(),
                    call.path().getOrDefault("id", ""),
                    text);
        });
    }

    /**
     * What tells this request from another under the same key: what is asked for, and not under which condition or in which
     * form. Whoever repeats a write that went unanswered may have looked at the order meanwhile, and bring a newer entity tag.
     */
    static byte[] fingerprint(ApiCall call, Optional<IdempotencyKey> key, List<String> asked) {
        if (key.isEmpty()) {
            return new byte[0];
        }
        byte[] body = IdempotencyKey.fingerprint(call.body());
        if (asked.isEmpty()) {
            return body;
        }
        List<String> parts = new ArrayList<>(asked);
        parts.add(HexFormat.of().formatHex(body));
        return IdempotencyKey.of(parts.toArray(String[]::new)).digest();
    }
}
