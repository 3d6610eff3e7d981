package io.bellwire.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.document.ReplaceDocuments.News;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operators, and a partner of its own, that an old secret is still used within the last day before it ends:
 * once for each rotation. That it was told is a document, written together with the event. Thread-safe; never blocks the caller.
 */
public final class ExpiringSecrets {
    private static final Logger log = LoggerFactory.getLogger(ExpiringSecrets.class);
    private static final String TYPE = "io.bellwire.secret.expiring";
    private static final String PREFIX = "secret-expiring/";
    private static final long TOLD_BEFORE_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final int REMEMBERED_MAX = 100_000;

    private final EventLog events;
    private final DocumentStore documents;
    private final RateLimitedLog faults;

    /** Which old secret of an account was told, or is being told; whoever is not among them is looked up again. */
    private final Cache<FeedId, Long> told = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .executor(Runnable::run)
            .build();

    public ExpiringSecrets(EventLog events, DocumentStore documents) {
        this.events = events;
        this.documents = documents;
        this.faults =
                new RateLimitedLog(log, new Stopwatch(() -> TimeUnit.MILLISECONDS.toNanos(events.steadyMillis())));
    }

    /** Somebody has logged in with the account's old secret. */
    public void used(FeedId account, OldSecret old) {
        long leftMillis = old.untilMillis() - events.steadyMillis();
        if (leftMillis > TOLD_BEFORE_MILLIS) {
            return;
        }
        Long until = old.untilMillis();
        if (until.equals(told.asMap().put(account, until))) {
            return;
        }
        CompletionStage<?> unused = events.onReader(() -> documents.find(PREFIX + account.path()))
                .thenCompose(before -> tell(account, until, leftMillis, before))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        told.asMap().remove(account, until); // the next login tells it
                        faults.warn("it was not told that an old secret of " + account + " ends", failure);
                    }
                });
    }

    private CompletionStage<Boolean> tell(FeedId account, long until, long leftMillis, Optional<Document> before) {
        byte[] json = Long.toString(until).getBytes(StandardCharsets.US_ASCII);
        Document after = new Document(PREFIX + account.path(), json);
        if (before.equals(Optional.of(after))) {
            return CompletableFuture.completedFuture(false);
        }
        RenderedEvent event = RenderedEvent.of(
                TYPE,
                account.path(),
                "{\"account\":\"" + account.path() + "\",\"expires_in_s\":"
                        + TimeUnit.MILLISECONDS.toSeconds(leftMillis) + "}");
        return events.submit(new ReplaceDocuments(
                List.of(new Replacement(after.key(), before, Optional.of(after))),
                List.of(),
                List.of(new News(
                        event,
                        // a device can do nothing about it, and its readers need not be woken
                        account.partner().isPresent()
                                ? List.of(account, FeedId.OPERATIONS)
                                : List.of(FeedId.OPERATIONS)))));
    }
}
