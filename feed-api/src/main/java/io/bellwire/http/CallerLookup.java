package io.bellwire.http;

import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Tells who a request's bearer token belongs to. Thread-safe. */
final class CallerLookup {
    private static final String SCHEME = "Bearer ";
    private static final int TOKEN_LENGTH_MAX = 256;

    private final Secret operator;
    private final Registry registry;

    CallerLookup(Secret operator, Registry registry) {
        this.operator = operator;
        this.registry = registry;
    }

    /** The caller; fails with a {@link ProblemException} if it is nobody. */
    CompletionStage<Caller> of(HttpFields headers) {
        String authorization = headers.get(HttpHeader.AUTHORIZATION);
        if (authorization == null) {
            return unknown("the header Authorization: Bearer TOKEN is missing");
        }
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || authorization.length() > SCHEME.length() + TOKEN_LENGTH_MAX) {
            return unknown("the header Authorization is not of the form Bearer TOKEN");
        }
        Secret token = Secret.of(authorization.substring(SCHEME.length()).strip());
        if (operator.matches(token)) {
            return CompletableFuture.completedFuture(Caller.OPERATOR);
        }
        return registry.findBySecret(token).thenApply(owner -> {
            Optional<Caller> caller = owner.map(Caller::of);
            return caller.orElseThrow(() -> new ProblemException(Problem.unauthorized("the token is not known")));
        });
    }

    private static CompletionStage<Caller> unknown(String detail) {
        return CompletableFuture.failedFuture(new ProblemException(Problem.unauthorized(detail)));
    }
}
