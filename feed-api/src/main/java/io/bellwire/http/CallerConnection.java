package io.bellwire.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a request whose answer has to wait. While a request is being answered, Jetty does not read from its
 * connection, and so does not see that the client has hung up; this class does. Thread-safe.
 */
final class CallerConnection {
    /** More than this of a next request is left in the socket. */
    private static final int READ_AHEAD_BYTES = 256;

    private static final Watch NO_WATCH = () -> {};

    private final @Nullable AbstractEndPoint endPoint;

    private CallerConnection(@Nullable AbstractEndPoint endPoint) {
        this.endPoint = endPoint;
    }

    /** An ongoing look-out for the client's hanging up. */
    interface Watch {
        /** Ends the look-out; to be called before the answer is written. */
        void stop();
    }

    /** The connection of {@code request}. Only that of HTTP/1 can be watched. */
    static CallerConnection of(Request request) {
        return new CallerConnection(
                request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2
                                && request.getConnectionMetaData()
                                                .getConnection()
                                                .getEndPoint()
                                        instanceof AbstractEndPoint watchable
                        ? watchable
                        : null);
    }

    /**
     * Runs {@code hungUp} once the client has closed its connection, or its sending direction. The request's body must
     * have been read. If the client sends its next request already, the look-out ends.
     */
    Watch onHangUp(Runnable hungUp) {
        if (endPoint == null) {
            return NO_WATCH;
        }
        ReadWatch watch = new ReadWatch(endPoint, hungUp);
        watch.start();
        return watch;
    }

    /** Reads from the connection in Jetty's place, until it is stopped. */
    private static final class ReadWatch implements Watch, Callback {
        private final AbstractEndPoint endPoint;
        private final Runnable hungUp;
        private boolean isStopped;

        ReadWatch(AbstractEndPoint endPoint, Runnable hungUp) {
            this.endPoint = endPoint;
            this.hungUp = hungUp;
        }

        synchronized void start() {
            if (!isStopped && !endPoint.tryFillInterested(this)) {
                isStopped = true; // Jetty reads already, and sees it itself
            }
        }

        @Override
        public void succeeded() {
            if (isHungUp()) {
                hungUp.run();
            }
        }

        private synchronized boolean isHungUp() {
            if (isStopped) {
                return false; // Jetty reads from now on
            }
            try {
                ByteBuffer buffer = BufferUtil.allocate(READ_AHEAD_BYTES);
                int count = endPoint.fill(buffer);
                if (count == 0) {
                    start();
                    return false;
                }
                isStopped = true;
                if (count > 0 && endPoint.getConnection() instanceof Connection.UpgradeTo parser) {
                    parser.onUpgradeTo(buffer); // the beginning of the next request, which is parsed after this one
                    return false;
                }
                return true;
            } catch (IOException e) {
                isStopped = true;
                return true;
            }
        }

        @Override
        public void failed(Throwable failure) {
            boolean isOpen;
            synchronized (this) {
                isOpen = !isStopped;
                isStopped = true;
            }
            if (isOpen) {
                hungUp.run();
            }
        }

        @Override
        public void stop() {
            boolean isReading;
            synchronized (this) {
                isReading = !isStopped;
                isStopped = true;
            }
            if (isReading) { // frees the place of the one who reads, for Jetty
                boolean unused = endPoint.getFillInterest().onFail(new CancellationException("the answer is there"));
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return Invocable.InvocationType.NON_BLOCKING;
        }
    }
}
