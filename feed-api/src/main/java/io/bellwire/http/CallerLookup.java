package io.bellwire.http;

import io.bellwire.admission.ClientAddress;
import io.bellwire.admission.FailedLogins;
import io.bellwire.admission.LoginAttempt;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Finds the caller to whom a request's bearer token belongs. Thread-safe. */
final class CallerLookup {
    private static final String SCHEME_PREFIX = "Bearer ";
    private static final int TOKEN_LENGTH_MAX = 256;

    private final Secret operator;
    private final Registry registry;
    private final FailedLogins failedLogins;

    CallerLookup(Secret operator, Registry registry, FailedLogins failedLogins) {
        this.operator = operator;
        this.registry = registry;
        this.failedLogins = failedLogins;
    }

    /**
     * The caller; fails with a {@link ProblemException}: 401 if the token is missing, malformed or unknown, 429 if it
     * is not looked up because too many others of this address were unknown. The operator never has to wait.
     */
    CompletionStage<Caller> callerOf(HttpFields headers, SocketAddress remote) {
        String authorization = headers.get(HttpHeader.AUTHORIZATION);
        if (authorization == null) {
            return unauthorized("the header Authorization: Bearer TOKEN is missing");
        }
        if (!authorization.regionMatches(true, 0, SCHEME_PREFIX, 0, SCHEME_PREFIX.length())
                || authorization.length() > SCHEME_PREFIX.length() + TOKEN_LENGTH_MAX) {
            return unauthorized("the header Authorization is not of the form Bearer TOKEN");
        }
        Secret token = Secret.of(authorization.substring(SCHEME_PREFIX.length()).strip());
        if (operator.matches(token)) {
            return CompletableFuture.completedFuture(Caller.OPERATOR);
        }
        LoginAttempt attempt = new LoginAttempt(ClientAddress.of(remote), token.fingerprint());
        Duration wait = failedLogins.waitOf(attempt);
        if (!wait.isZero()) {
            return CompletableFuture.failedFuture(new ProblemException(Problem.rateLimited(
                    "too many requests from " + attempt.from()
                            + " had unknown tokens: check the token, and wait for Retry-After",
                    wait)));
        }
        return registry.findBySecret(token).thenApply(owner -> {
            if (owner.isEmpty()) {
                failedLogins.failed(attempt);
                throw new ProblemException(Problem.unauthorized("the token is not known"));
            }
            failedLogins.succeeded(attempt);
            return Caller.of(owner.get(), token);
        });
    }

    private static CompletionStage<Caller> unauthorized(String detail) {
        return CompletableFuture.failedFuture(new ProblemException(Problem.unauthorized(detail)));
    }
}
