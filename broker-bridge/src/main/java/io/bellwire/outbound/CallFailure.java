package io.bellwire.outbound;

import io.bellwire.outbound.OutboundResult.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.http.HttpException;

/** What a failure of the HTTP client means. Immutable. */
record CallFailure(Reason reason, String detail) {
    /** @param isConnected whether there was a connection */
    static CallFailure of(Throwable failure, boolean isConnected) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof CertificateException) {
                return new CallFailure(Reason.TLS, messageOf(cause));
            }
        }
        if (failure instanceof TimeoutException) {
            return new CallFailure(
                    Reason.TIMEOUT,
                    isConnected ? "no answer within the deadline" : "no connection within the deadline");
        }
        if (failure instanceof RejectedExecutionException) {
            return new CallFailure(Reason.OVERLOADED, messageOf(failure));
        }
        if (!isConnected && (failure instanceof IOException || failure instanceof UnresolvedAddressException)) {
            return new CallFailure(
                    Reason.CONNECT,
                    failure instanceof SocketTimeoutException
                            ? "no address of the host accepted a connection in time"
                            : messageOf(failure));
        }
        // the messages of others name objects of the client, and this machine's address
        if (failure instanceof IOException) {
            return new CallFailure(Reason.CLOSED, "the connection ended before the answer did");
        }
        return new CallFailure(
                Reason.MALFORMED_ANSWER,
                failure instanceof HttpException || failure instanceof IllegalStateException
                        ? messageOf(failure)
                        : "what came is not an answer of HTTP/1.1");
    }

    private static String messageOf(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
