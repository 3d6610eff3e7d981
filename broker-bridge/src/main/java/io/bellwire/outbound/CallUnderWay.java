package io.bellwire.outbound;

import io.bellwire.outbound.OutboundResult.Answered;
import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * One call, from {@link OutboundClient#call} to its one result. Threads may race for the end of a call, such as that of
 * the answer and that which closes the client: the first one counts.
 */
final class CallUnderWay implements Response.Listener, Request.BeginListener {
    private final OutboundCall call;
    private final LongSupplier nanos;
    private final long begunNanos;
    private final Supplier<Instant> wallClock;
    private final TargetLimits.Places places;
    private final Consumer<OutboundResult> end;
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private volatile boolean isConnected;
    private volatile @Nullable Request request;
    private @Nullable ByteArrayOutputStream body;
    private boolean isTruncated;

    /** @param end gets the result, once */
    CallUnderWay(
            OutboundCall call,
            LongSupplier nanos,
            Supplier<Instant> wallClock,
            TargetLimits.Places places,
            Consumer<OutboundResult> end) {
        this.call = call;
        this.nanos = nanos;
        this.begunNanos = nanos.getAsLong();
        this.wallClock = wallClock;
        this.places = places;
        this.end = end;
    }

    OutboundCall call() {
        return call;
    }

    TargetLimits.Places places() {
        return places;
    }

    Duration elapsed() {
        return Duration.ofNanos(Math.max(0, nanos.getAsLong() - begunNanos));
    }

    /** The rest of the time for this call; negative after its deadline. */
    Duration left() {
        return call.deadline().minus(elapsed());
    }

    void send(Request prepared) {
        request = prepared;
        prepared.send(this);
    }

    /** Ends the call, and its connection at once. */
    void cut() {
        fail(Reason.TIMEOUT, "the answer did not end within the deadline");
        Request sent = request;
        Connection connection = sent == null ? null : sent.getConnection();
        if (connection != null) {
            connection.close();
        }
    }

    void fail(Reason reason, String detail) {
        fail(reason, detail, Duration.ZERO);
    }

    void fail(Reason reason, String detail, Duration retryAfter) {
        end(new Failed(reason, detail, retryAfter, elapsed()));
    }

    private void end(OutboundResult result) {
        if (isEnded.compareAndSet(false, true)) {
            end.accept(result);
        }
    }

    @Override
    public void onBegin(Request request) {
        isConnected = true;
    }

    @Override
    public void onHeaders(Response response) {
        // one that InterimAnswers has not skipped; no other answer would be waited for, nor would the deadline end it
        if (HttpStatus.isInformational(response.getStatus())) {
            Future<Boolean> unused =
                    response.abort(new IllegalStateException("the answer has the status " + response.getStatus()));
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        if (isTruncated) {
            return;
        }
        if (body == null) {
            body = new ByteArrayOutputStream();
        }
        int taken = Math.min(content.remaining(), Answered.BODY_BYTES_MAX - body.size());
        byte[] bytes = new byte[taken];
        content.get(bytes);
        body.write(bytes, 0, taken);
        if (content.hasRemaining()) {
            isTruncated = true;
            Future<Boolean> unused = response.abort(new IOException("enough of the answer has been read"));
        }
    }

    @Override
    public void onComplete(Result result) {
        // a server may answer before it has read the request; what happened to the request is no matter then
        Throwable failure = isTruncated ? null : result.getResponseFailure();
        if (failure != null) {
            CallFailure why = CallFailure.of(failure, isConnected);
            fail(why.reason(), why.detail());
            return;
        }
        int status = result.getResponse().getStatus();
        if (status < HttpStatus.OK_200 || status > 599) {
            fail(Reason.MALFORMED_ANSWER, "the answer has the status " + status);
            return;
        }
        end(new Answered(
                status,
                RetryAfter.parse(result.getResponse().getHeaders().get(HttpHeader.RETRY_AFTER), wallClock.get()),
                body == null ? new byte[0] : body.toByteArray(),
                isTruncated,
                elapsed()));
    }
}
