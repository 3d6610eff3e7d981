package io.bellwire.http;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Reads or discards a request's body without blocking, up to a limit in bytes and in time. Used by one request. */
final class RequestBody implements Runnable {
    private static final String TAKES_NO_BODY = "this call takes no body";
    /** How much is read of a body that the call does not take; a longer one is 413 as any that is too long. */
    private static final int UNWANTED_BYTES_MAX = 4 << 10;

    private final Request request;
    private final int bytesMax;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private volatile @Nullable ScheduledFuture<?> deadline;

    private final boolean isKept;
    private byte[] bytes;
    private int count;

    private RequestBody(Request request, int bytesMax, int expected, boolean isKept) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.isKept = isKept;
        this.bytes = new byte[Math.min(Math.max(expected, 0), bytesMax)];
    }

    /** Reads the whole body; fails with a {@link ProblemException} if it is over a limit: 413, or 408 for the time. */
    static CompletableFuture<byte[]> read(
            Request request, int bytesMax, ScheduledExecutorService timer, int deadlineMillis) {
        long expected = request.getLength();
        if (expected > (bytesMax == 0 ? UNWANTED_BYTES_MAX : bytesMax)) {
            return CompletableFuture.failedFuture(new ProblemException(tooLarge(bytesMax)));
        }
        if (expected == 0 || (expected < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING))) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        return bytesMax == 0
                ? refuseUnwanted(request, timer, deadlineMillis)
                : new RequestBody(request, bytesMax, (int) expected, true).start(timer, deadlineMillis);
    }

    /**
     * Reads a body that the call does not take, so that the answer is read and names what is wrong; an empty one is
     * none.
     */
    private static CompletableFuture<byte[]> refuseUnwanted(
            Request request, ScheduledExecutorService timer, int deadlineMillis) {
        RequestBody body = new RequestBody(request, UNWANTED_BYTES_MAX, 0, false);
        return body.start(timer, deadlineMillis).thenApply(nothing -> {
            if (body.count > 0) {
                throw new ProblemException(
                        Problem.invalidRequest(TAKES_NO_BODY + "; this one has " + body.count + " bytes"));
            }
            return nothing;
        });
    }

    /**
     * Reads the rest of the body and discards it, so that a caller that is still sending can read its refusal; fails if
     * the rest is over a limit.
     */
    static CompletableFuture<byte[]> discard(
            Request request, int bytesMax, ScheduledExecutorService timer, int deadlineMillis) {
        return new RequestBody(request, bytesMax, 0, false).start(timer, deadlineMillis);
    }

    private CompletableFuture<byte[]> start(ScheduledExecutorService timer, int deadlineMillis) {
        run();
        if (!result.isDone()) {
            deadline = timer.schedule(
                    () -> fail(Problem.requestTimeout("the body did not arrive in " + deadlineMillis + " ms")),
                    deadlineMillis,
                    TimeUnit.MILLISECONDS);
            if (result.isDone()) {
                cancelDeadline(); // the rest of the body arrived while the deadline was being set
            }
        }
        return result;
    }

    private void cancelDeadline() {
        ScheduledFuture<?> timeout = deadline;
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    private static Problem tooLarge(int bytesMax) {
        return Problem.tooLarge(bytesMax == 0 ? TAKES_NO_BODY : "the body may have " + bytesMax + " bytes at most");
    }

    @Override
    public void run() {
        while (!result.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(Problem.invalidRequest("the body ended early"));
                return;
            }
            int length = chunk.remaining();
            if (length > bytesMax - count) {
                chunk.release();
                fail(tooLarge(isKept ? bytesMax : 0));
                return;
            }
            if (isKept) {
                if (length > bytes.length - count) { // a body without Content-Length
                    bytes = Arrays.copyOf(bytes, Math.min(bytesMax, Math.max(2 * bytes.length, count + length)));
                }
                chunk.getByteBuffer().get(bytes, count, length);
            }
            count += length;
            boolean isLast = chunk.isLast();
            chunk.release();
            if (isLast) {
                result.complete(!isKept || count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
                cancelDeadline();
            }
        }
    }

    private void fail(Problem problem) {
        result.completeExceptionally(new ProblemException(problem));
        cancelDeadline();
    }
}
