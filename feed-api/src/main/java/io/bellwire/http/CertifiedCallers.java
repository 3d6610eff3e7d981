package io.bellwire.http;

import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.bellwire.tls.ClientCertificate;
import io.bellwire.tls.ServerTls;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caller of a request: by its token, by the certificate of its connection, or by both, which must then agree.
 * With a certificate that names no account, only the operator's token is good. Thread-safe.
 */
final class CertifiedCallers {
    private final CallerLookup tokens;
    private final Registry registry;
    private final @Nullable ServerTls tls;

    /** @param tls null for plain text */
    CertifiedCallers(CallerLookup tokens, Registry registry, @Nullable ServerTls tls) {
        this.tokens = tokens;
        this.registry = registry;
        this.tls = tls;
    }

    /** The caller; fails with a {@link ProblemException}, as {@link CallerLookup#callerOf}. */
    CompletionStage<Caller> callerOf(Request request) {
        Optional<ClientCertificate> certificate = certificateOf(request);
        if (certificate.isEmpty()) {
            return byToken(request);
        }
        String name = certificate.get().name().orElse("");
        return request.getHeaders().contains(HttpHeader.AUTHORIZATION)
                ? byToken(request).thenCompose(caller -> checked(caller, name))
                : byCertificate(name);
    }

    private Optional<ClientCertificate> certificateOf(Request request) {
        if (tls == null) {
            return Optional.empty();
        }
        EndPoint.SslSessionData session =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        return session == null ? Optional.empty() : tls.clientOf(session.sslSession());
    }

    private CompletionStage<Caller> byToken(Request request) {
        return tokens.callerOf(
                request.getHeaders(), request.getConnectionMetaData().getRemoteSocketAddress());
    }

    private CompletionStage<Caller> byCertificate(String name) {
        return accounts(name).thenApply(found -> {
            if (found.device().isPresent() && found.partner().isPresent()) {
                throw refused("the certificate names " + name + ", which is a device and a partner: send a token too");
            }
            return found.any()
                    .filter(account -> !account.disabled())
                    .map(Caller::certified)
                    .orElseThrow(() -> refused("the certificate names no device or partner that is enabled"));
        });
    }

    /** The caller, whose token was good, if the certificate does not name somebody else. */
    private CompletionStage<Caller> checked(Caller caller, String name) {
        return accounts(name).thenApply(found -> {
            boolean agrees = caller.account().isPresent()
                    ? Stream.of(found.device(), found.partner())
                            .flatMap(Optional::stream)
                            .anyMatch(account -> caller.ownsFeed(account.id()))
                    : found.any().isEmpty();
            if (!agrees) {
                throw refused("the token is not that of the device or partner that the certificate names");
            }
            return caller;
        });
    }

    /** The accounts that have a name. */
    private record Named(Optional<Account> device, Optional<Account> partner) {
        Optional<Account> any() {
            return device.or(() -> partner);
        }
    }

    private CompletionStage<Named> accounts(String name) {
        if (!DeviceId.isValid(name)) {
            return CompletableFuture.completedFuture(new Named(Optional.empty(), Optional.empty()));
        }
        return registry.find(FeedId.ofDevice(new DeviceId(name)))
                .thenCombine(registry.find(FeedId.ofPartner(name)), Named::new);
    }

    private static ProblemException refused(String detail) {
        return new ProblemException(Problem.unauthorized(detail));
    }
}
