package io.bellwire.factor;

import io.bellwire.audit.AuditEntry;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.sealed.SettingsKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The second factors of partners and operators, and the writes that need a code of one. An account is named by its feed.
 * Thread-safe; never blocks the caller.
 *
 * <p>A factor whose secret cannot be opened, because the server has another {@link SettingsKey} than the one that sealed
 * it, counts as none: whoever can replace the key can read the operator's token too.
 */
public final class SecondFactors {
    private static final Pattern CODE = Pattern.compile("[0-9]{6}");

    private final EventLog events;
    private final DocumentStore documents;
    private final SettingsKey key;
    private final SecureRandom random;
    private final Clock clock;
    private final CodeAttempts attempts;
    private final Counter accepted;
    private final Counter wrong;
    private final Counter delayed;
    private final RateLimitedLog faults;

    /**
     * @param documents the documents in the store of {@code events}
     * @param clock says when a secret was made
     */
    public SecondFactors(
            EventLog events,
            DocumentStore documents,
            SettingsKey key,
            SecureRandom random,
            Clock clock,
            MeterRegistry meters) {
        this.events = events;
        this.documents = documents;
        this.key = key;
        this.random = random;
        this.clock = clock;
        Stopwatch elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.attempts = new CodeAttempts(elapsed);
        this.accepted = codes(meters, "accepted");
        this.wrong = codes(meters, "wrong");
        this.delayed = codes(meters, "delayed");
        this.faults = new RateLimitedLog(LoggerFactory.getLogger(SecondFactors.class), elapsed);
    }

    private static Counter codes(MeterRegistry meters, String result) {
        return Counter.builder("bellwire.second.factor.codes")
                .description("Codes of second factors; delayed ones were refused unchecked after too many wrong ones")
                .tag("result", result)
                .register(meters);
    }

    /** A factor as it was read: the document and what it says. */
    private record Found(@Nullable Document document, FactorDocument factor) {}

    /**
     * A new secret for an account, and the write that keeps it. The result of the write is false if the factor was
     * changed meanwhile, and nothing was written.
     */
    public record NewFactor(TotpSecret secret, Write<Boolean> write) {}

    /** Whether the account has a factor. */
    public CompletionStage<FactorStatus> status(FeedId account) {
        return find(account).thenApply(found -> found.factor().status());
    }

    /** Draws a secret that counts once it is confirmed; a confirmed one before it counts until then. */
    public CompletionStage<NewFactor> enrol(FeedId account) {
        return find(account).thenApply(found -> {
            TotpSecret secret = TotpSecret.draw(random);
            byte[] sealed = key.seal(FactorDocument.keyOf(account), secret.bytes());
            FactorDocument after = found.factor()
                    .withPending(new Enrolment(Base64.getEncoder().encodeToString(sealed), clock.instant()));
            return new NewFactor(secret, new ChangeFactor(account, found.document(), after.toDocument(account)));
        });
    }

    /** The write that removes the account's factor; empty if there is none. Its result is as that of {@link NewFactor}. */
    public CompletionStage<Optional<Write<Boolean>>> removal(FeedId account) {
        return find(account).thenApply(found -> Optional.ofNullable(found.document())
                .map(document -> new ChangeFactor(account, document, null)));
    }

    /**
     * Confirms the secret that was drawn last, by a code of it.
     *
     * @param audit the record of the change
     */
    public CompletionStage<FactorResult<Boolean>> confirm(FeedId account, String code, AuditEntry audit) {
        return find(account).thenCompose(found -> {
            Optional<TotpSecret> secret = found.factor().pending().flatMap(pending -> open(account, pending));
            if (secret.isEmpty()) {
                return refused(FactorRefusal.NOTHING_TO_CONFIRM);
            }
            Document after = found.factor().confirmPending().toDocument(account);
            Write<Boolean> write = audit.with(new ChangeFactor(account, found.document(), after), isDone -> isDone);
            return check(account, found, new CheckedWrite.Check(secret.get(), code, true), write);
        });
    }

    /** Makes the write if the code is right; an account without a confirmed factor is refused. */
    public <T> CompletionStage<FactorResult<T>> require(FeedId account, Optional<String> code, Write<T> write) {
        return protect(account, code, write, true);
    }

    /** The same, but an account without a confirmed factor needs no code. */
    public <T> CompletionStage<FactorResult<T>> requireIfConfirmed(
            FeedId account, Optional<String> code, Write<T> write) {
        return protect(account, code, write, false);
    }

    private <T> CompletionStage<FactorResult<T>> protect(
            FeedId account, Optional<String> code, Write<T> write, boolean isNeeded) {
        return find(account).thenCompose(found -> {
            Optional<TotpSecret> secret = found.factor().confirmed().flatMap(enrolment -> open(account, enrolment));
            if (secret.isEmpty()) {
                return isNeeded
                        ? refused(FactorRefusal.NOT_CONFIRMED)
                        : events.submit(new CheckedWrite<>(account, found.document(), Optional.empty(), write));
            }
            if (code.isEmpty()) {
                return refused(FactorRefusal.CODE_MISSING);
            }
            return check(account, found, new CheckedWrite.Check(secret.get(), code.get(), false), write);
        });
    }

    private <T> CompletionStage<FactorResult<T>> check(
            FeedId account, Found found, CheckedWrite.Check check, Write<T> write) {
        Duration wait = attempts.begin(account);
        if (!wait.isZero()) {
            delayed.increment();
            return CompletableFuture.completedFuture(new FactorResult.Refused<>(FactorRefusal.TOO_MANY_ATTEMPTS, wait));
        }
        if (!CODE.matcher(check.code()).matches()) {
            wrong.increment();
            return refused(FactorRefusal.CODE_WRONG);
        }
        return events.submit(new CheckedWrite<>(account, found.document(), Optional.of(check), write))
                .thenApply(result -> {
                    count(account, result);
                    return result;
                });
    }

    private <T> void count(FeedId account, FactorResult<T> result) {
        if (result instanceof FactorResult.Passed<T>) {
            attempts.passed(account);
            accepted.increment();
        } else {
            wrong.increment();
        }
    }

    private CompletionStage<Found> find(FeedId account) {
        return events.onReader(() -> {
            Document document = documents.find(FactorDocument.keyOf(account)).orElse(null);
            return new Found(document, document == null ? FactorDocument.NONE : readable(account, document));
        });
    }

    /** The factor without secrets that cannot be opened. */
    private FactorDocument readable(FeedId account, Document document) {
        FactorDocument factor = FactorDocument.of(document);
        return new FactorDocument(
                factor.confirmed().filter(enrolment -> open(account, enrolment).isPresent()),
                factor.pending().filter(enrolment -> open(account, enrolment).isPresent()));
    }

    private Optional<TotpSecret> open(FeedId account, Enrolment enrolment) {
        Optional<byte[]> bytes = key.open(FactorDocument.keyOf(account), enrolment.sealedBytes());
        if (bytes.isEmpty()) {
            faults.warn(
                    "a second factor counts as none",
                    new GeneralSecurityException("that of " + account + " was sealed with another settings key"));
        }
        return bytes.map(TotpSecret::new);
    }

    private static <T> CompletionStage<FactorResult<T>> refused(FactorRefusal why) {
        return CompletableFuture.completedFuture(FactorResult.refused(why));
    }
}
