package io.bellwire.http;

import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import java.util.Optional;
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

    CallerLookup(Secret operator, Registry registry) {
        this.operator = operator;
        this.registry = registry;
    }

    /** The caller; fails with a {@link ProblemException} (401) if the token is missing, malformed or unknown. */
    CompletionStage<Caller> callerOf(HttpFields headers) {
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
        return registry.findBySecret(token).thenApply(owner -> {
            Optional<Caller> caller = owner.map(Caller::of);
            return caller.orElseThrow(() -> new ProblemException(Problem.unauthorized("the token is not known")));
        });
    }

    private static CompletionStage<Caller> unauthorized(String detail) {
        return CompletableFuture.failedFuture(new ProblemException(Problem.unauthorized(detail)));
    }
}
