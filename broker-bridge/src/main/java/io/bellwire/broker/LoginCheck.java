package io.bellwire.broker;

import io.bellwire.admission.ClientAddress;
import io.bellwire.admission.FailedLogins;
import io.bellwire.admission.LoginAttempt;
import io.bellwire.admission.RateByKey;
import io.bellwire.admission.TokenBucket;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client may log in: first whether it has to wait, which costs little, then whether its secret is
 * right. Only logins with the right secret count against the rate of a device, so that nobody else can use it up.
 * Thread-safe.
 */
final class LoginCheck {
    /** About 100 bytes each. */
    private static final int DEVICES_MAX = 200_000;
    /** No client id begins so: nobody without the certificate can make an attempt that is taken for this one. */
    private static final String CERTIFIED = "certificate of ";

    private static final byte[] NO_SECRET = {};

    private final DeviceAuthenticator authenticator;
    private final FailedLogins failedLogins;
    private final Canaries canaries;
    private final RateByKey<String> logins;
    private final RateLimitedLog log;

    /** @param loginsPerDevice how often a device may log in */
    LoginCheck(
            DeviceServices services,
            Canaries canaries,
            TokenBucket loginsPerDevice,
            Stopwatch elapsed,
            RateLimitedLog log) {
        this.authenticator = services.authenticator();
        this.failedLogins = services.failedLogins();
        this.canaries = canaries;
        this.logins = new RateByKey<>(loginsPerDevice, DEVICES_MAX, elapsed);
        this.log = log;
    }

    /** Why the client is refused; empty if it may log in. The stage never fails, and the method does not throw. */
    CompletionStage<Optional<ConnectionRefusal>> check(Login login, ClientAddress from) {
        byte[] secret = login.secret();
        LoginAttempt attempt = secret == null
                ? LoginAttempt.of(from, CERTIFIED + login.clientId(), NO_SECRET)
                : LoginAttempt.of(from, login.clientId(), secret);
        if (login.isCanary()) {
            boolean good = secret != null && canaries.isSecretOf(login.clientId(), secret);
            return CompletableFuture.completedFuture(good ? Optional.empty() : Optional.of(wrong(attempt)));
        }
        if (!failedLogins.waitOf(attempt).isZero()) {
            return CompletableFuture.completedFuture(Optional.of(ConnectionRefusal.FAILED_LOGINS));
        }
        if (!logins.waitOf(login.clientId()).isZero()) {
            return CompletableFuture.completedFuture(Optional.of(ConnectionRefusal.LOGIN_RATE));
        }
        return authenticate(login)
                .handle((good, thrown) -> Optional.ofNullable(refusal(login.clientId(), attempt, good, thrown)));
    }

    private @Nullable ConnectionRefusal refusal(
            String clientId, LoginAttempt attempt, @Nullable Boolean good, @Nullable Throwable thrown) {
        if (good == null) {
            log.error(
                    "the authenticator has failed",
                    thrown == null ? new IllegalStateException("the authenticator completed with null") : thrown);
            return ConnectionRefusal.UNAVAILABLE;
        }
        if (!good) {
            return wrong(attempt);
        }
        failedLogins.succeeded(attempt);
        return logins.take(clientId).isZero() ? null : ConnectionRefusal.LOGIN_RATE;
    }

    private ConnectionRefusal wrong(LoginAttempt attempt) {
        failedLogins.failed(attempt);
        return ConnectionRefusal.CREDENTIALS;
    }

    @SuppressWarnings("CatchingUnchecked") // the authenticator may be anybody's code
    private CompletionStage<Boolean> authenticate(Login login) {
        try {
            DeviceId device = new DeviceId(login.clientId());
            byte[] secret = login.secret();
            return Objects.requireNonNull(
                    secret == null ? authenticator.isEnabled(device) : authenticator.authenticate(device, secret),
                    "the authenticator returned nothing");
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }
}
