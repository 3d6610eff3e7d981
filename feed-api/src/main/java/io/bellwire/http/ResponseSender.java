package io.bellwire.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Sends answers. An answer of some size is counted in {@link AnswersInFlight} until it is written; its connection is
 * closed if the caller does not read it. Thread-safe; never blocks.
 */
final class ResponseSender {
    /** Smaller answers are neither counted nor watched: the socket's buffer takes them. */
    static final int COUNTED_BYTES_MIN = 8 << 10;

    /** One for the process, since it bounds the process's memory. */
    private static final SendBuffers SEND_BUFFERS = new SendBuffers();

    private static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final String HOLDER = ResponseSender.class.getName() + ".holder";
    private static final int DISCARDED_BYTES_MAX = 256 << 10;
    private static final int LINGER_BYTES_MAX = 16 << 20;
    private static final int DISCARD_MILLIS = 2_000;
    private static final int REQUEST_TIMEOUT = 408;

    private final AnswersInFlight answersInFlight;
    private final ScheduledExecutorService timer;
    private final ClosedConnections closed;

    ResponseSender(AnswersInFlight answersInFlight, ScheduledExecutorService timer, ClosedConnections closed) {
        this.answersInFlight = answersInFlight;
        this.timer = timer;
        this.closed = closed;
    }

    /** Refuses a request before its answer is made, as {@link AnswersInFlight#requireRoom}. */
    void requireRoom(String holder) {
        answersInFlight.requireRoom(holder);
    }

    /** Says who the answer to {@code request} is counted for. */
    static void countFor(Request request, String holder) {
        request.setAttribute(HOLDER, holder);
    }

    /** Who the answer is counted for; null if that is not known yet. */
    static @Nullable String holderOf(Request request) {
        return (String) request.getAttribute(HOLDER);
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
    void sendAndDrain(Request request, Response response, Callback callback, ApiResponse answer) {
        boolean hasBody = request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        boolean isBodyUnread =
                switch (answer.status()) {
                    case 401, 403, 404, 405, 413, 415, 429 -> true;
                    default -> false;
                };
        if (answer.status() == REQUEST_TIMEOUT) {
            closed.count(ClosedConnections.Reason.BODY);
            sendCounted(request, response, callback, answer.with("Connection", "close"));
        } else if (!hasBody || !isBodyUnread) {
            sendCounted(request, response, callback, answer);
        } else if (request.getLength() >= 0 && request.getLength() <= DISCARDED_BYTES_MAX) {
            CompletableFuture<Void> unused = RequestBody.discard(request, DISCARDED_BYTES_MAX, timer, DISCARD_MILLIS)
                    .handle((all, failure) -> {
                        sendCounted(
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
        sendCounted(request, response, written, answer.with("Connection", "close"));
    }

    /**
     * Sends {@code answer}, and counts it until it is written. If there is no room for it, a GET is refused instead,
     * and the answer dropped; what has changed something is always answered.
     */
    private void sendCounted(Request request, Response response, Callback callback, ApiResponse answer) {
        int bytes = answer.body().length();
        if (bytes < COUNTED_BYTES_MIN
                || request.getMethod().equals("HEAD")
                || !(request.getAttribute(HOLDER) instanceof String holder)) {
            send(request, response, callback, answer);
            return;
        }
        if (!request.getMethod().equals("GET")) {
            answersInFlight.add(holder, bytes);
        } else if (!answersInFlight.tryAdd(holder, bytes)) {
            send(request, response, callback, answersInFlight.refusal(holder).toResponse());
            return;
        }
        PendingAnswer pending = new PendingAnswer(
                request.getConnectionMetaData().getConnection().getEndPoint());
        send(
                request,
                response,
                Callback.from(
                        () -> {
                            answersInFlight.remove(holder, bytes);
                            pending.written();
                        },
                        callback),
                answer);
        pending.watch(bytes);
    }

    /** Closes the connection of an answer that is not read in time. */
    private final class PendingAnswer {
        private final EndPoint endPoint;
        private final long idleMillis;
        private boolean isWritten;
        private @Nullable Future<?> deadline;

        PendingAnswer(EndPoint endPoint) {
            this.endPoint = endPoint;
            this.idleMillis = endPoint.getIdleTimeout();
        }

        /** Nearly all answers are written by now; only one that waits for its reader gets a deadline. */
        synchronized void watch(int bytes) {
            if (!isWritten) {
                long stallMillis = answersInFlight.stallMillis();
                endPoint.setIdleTimeout(stallMillis);
                deadline = timer.schedule(this::close, answersInFlight.readMillis(bytes), TimeUnit.MILLISECONDS);
            }
        }

        private void close() {
            if (endPoint.isOpen()) {
                closed.count(ClosedConnections.Reason.UNREAD);
                endPoint.close(new TimeoutException("the answer was not read in time"));
            }
        }

        synchronized void written() {
            isWritten = true;
            if (deadline != null) {
                deadline.cancel(false);
                endPoint.setIdleTimeout(idleMillis);
            }
        }
    }
}
