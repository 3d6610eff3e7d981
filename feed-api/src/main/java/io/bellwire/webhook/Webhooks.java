package io.bellwire.webhook;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.document.ReplaceDocuments.Hint;
import io.bellwire.document.ReplaceDocuments.News;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Write;
import io.bellwire.registry.AccountStore;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.sealed.SettingsKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints, in memory and as documents in the log. A change is decided outside of the log's writer's thread, and
 * decided again if the endpoint has changed meanwhile. Thread-safe; only {@link #open} blocks.
 */
public final class Webhooks {
    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final int TRIES_MAX = 5;

    private final EventLog events;
    private final DocumentStore documents;
    private final WebhookSecrets secrets;
    private final Clock clock;
    private final EndpointTable table = new EndpointTable();
    private final OldKeyWarnings warnings = new OldKeyWarnings();
    private final List<Consumer<EndpointNotice>> noticed = new CopyOnWriteArrayList<>();
    private final RateLimitedLog faults;
    private volatile Function<String, Optional<String>> urlCheck =
            url -> Optional.of("this server does not call endpoints");

    private volatile Function<EndpointId, Optional<EndpointHealth>> healthReport = id -> Optional.empty();

    private volatile @Nullable EndpointRecovery recovery;

    private Webhooks(EventLog events, DocumentStore documents, WebhookSecrets secrets, Clock clock) {
        this.events = events;
        this.documents = documents;
        this.secrets = secrets;
        this.clock = clock;
        this.faults =
                new RateLimitedLog(log, new Stopwatch(() -> TimeUnit.MILLISECONDS.toNanos(events.steadyMillis())));
    }

    /**
     * Loads all endpoints of the log; blocks.
     *
     * @param key what secrets are derived from
     */
    public static Webhooks open(
            EventLog events, DocumentStore documents, AccountStore accounts, SettingsKey key, Clock clock) {
        Webhooks webhooks = new Webhooks(events, documents, new WebhookSecrets(key), clock);
        webhooks.table.load(documents, accounts);
        webhooks.listen(webhooks.warnings);
        events.listen(webhooks.table);
        return webhooks;
    }

    /** The secrets of the endpoints. */
    public WebhookSecrets secrets() {
        return secrets;
    }

    /** Notifies {@code listener} of all endpoints that there are, and of each change from now on. */
    public void listen(EndpointListener listener) {
        table.listen(listener);
    }

    /**
     * Notifies {@code listener} of each change from now on once it is durable, and of all other news: not on the log's
     * writer's thread, and in no particular order. It returns at once and never blocks.
     */
    public void onNotice(Consumer<EndpointNotice> listener) {
        noticed.add(listener);
    }

    private void notice(EndpointNotice notice) {
        for (Consumer<EndpointNotice> listener : noticed) {
            try {
                listener.accept(notice);
            } catch (RuntimeException e) { // the change is done all the same
                faults.error("a listener to changes of endpoints failed", e);
            }
        }
    }

    /**
     * Warns partners whose old secrets end, with an event in the same write as the mark that it was told. To be called
     * often.
     */
    public void warnOfOldKeys() {
        for (EndpointId id : warnings.takeDue(events.steadyMillis())) {
            CompletionStage<?> unused = changeBySelf(id, (found, editor) -> editor.warnOfOldKeys(found))
                    .whenComplete((endpoint, failure) -> {
                        warnings.ended(id);
                        if (failure != null) {
                            faults.warn("the partner was not warned that an old secret of " + id + " ends", failure);
                        }
                    });
        }
    }

    /** The endpoint; empty if there is none. */
    public Optional<WebhookEndpoint> find(EndpointId id) {
        return table.find(id);
    }

    /** The endpoints of a partner, by name. */
    public List<WebhookEndpoint> of(FeedId partner) {
        return table.of(partner);
    }

    /** All endpoints, by partner and name. */
    public List<WebhookEndpoint> all() {
        return table.all();
    }

    /**
     * Returns, once, where delivery to the endpoint is to begin: the position that was saved last, or that of its
     * creation.
     */
    public Optional<EndpointPosition> takeFirstPosition(EndpointId id) {
        return table.takeFirstPosition(id);
    }

    /**
     * Checks URLs that are to be set from now on; before, none can be set.
     *
     * @param check empty if the URL may be called, else one line that says why not
     */
    public void checkUrlsWith(Function<String, Optional<String>> check) {
        urlCheck = check;
    }

    /** Why this URL must not be called; empty if it may be. */
    public Optional<String> problemOf(String url) {
        return urlCheck.apply(url);
    }

    /** Asks {@code health} from now on how endpoints are doing. */
    public void reportHealthWith(Function<EndpointId, Optional<EndpointHealth>> health) {
        healthReport = health;
    }

    /** How the endpoint is doing; empty if nobody calls endpoints. */
    public Optional<EndpointHealth> health(EndpointId id) {
        return healthReport.apply(id);
    }

    /** Has endpoints called beside their delivery by {@code newRecovery} from now on. */
    public void recoverWith(EndpointRecovery newRecovery) {
        recovery = newRecovery;
    }

    /** Who calls endpoints beside their delivery; empty if nobody calls endpoints. */
    public Optional<EndpointRecovery> recovery() {
        return Optional.ofNullable(recovery);
    }

    /** What the log has of an endpoint when its change is decided. */
    private record Stored(Optional<Document> endpoint, Optional<Document> names) {}

    /**
     * Changes an endpoint. The future has the endpoint afterwards, empty if there is none. It fails with what {@code
     * decide} throws, and with {@link OverloadedException} if others change the endpoint all the time.
     *
     * @param by who changes it
     * @param decide what becomes of the endpoint; empty to leave it as it is. May be called several times
     * @param submit submits the write to the log, with what is to be in the same batch, such as its record
     */
    public CompletionStage<Optional<WebhookEndpoint>> change(
            EndpointId id,
            ChangedBy by,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        return change(id, by, decide, submit, TRIES_MAX);
    }

    private CompletionStage<Optional<WebhookEndpoint>> change(
            EndpointId id,
            ChangedBy by,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit,
            int tries) {
        // in memory are only endpoints, since documents are seldom wanted
        return events.onReader(() -> new Stored(
                        documents.find(EndpointJson.key(id)), documents.find(EndpointDocuments.namesKey(id.feed()))))
                .thenCompose(before -> change(id, before, by, decide, submit, tries));
    }

    private CompletionStage<Optional<WebhookEndpoint>> change(
            EndpointId id,
            Stored before,
            ChangedBy by,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit,
            int tries) {
        // the same object for all versions of an endpoint
        EndpointId known = table.find(id).map(WebhookEndpoint::id).orElse(id);
        Optional<WebhookEndpoint> endpoint = before.endpoint().map(document -> EndpointJson.read(known, document));
        int endpoints = EndpointDocuments.namesIn(before.names()).size();
        Optional<EndpointChange> change;
        try {
            change = decide.apply(endpoint, new EndpointEditor(clock.millis(), events.steadyMillis(), endpoints));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (change.isEmpty()) {
            return CompletableFuture.completedFuture(endpoint);
        }
        return write(id, before, change.get(), submit).thenCompose(isWritten -> {
            if (isWritten) {
                notice(new EndpointNotice(
                        endpoint, change.get().after(), change.get().news(), by));
                return CompletableFuture.completedFuture(change.get().after());
            }
            return tries > 1
                    ? change(id, by, decide, submit, tries - 1)
                    : CompletableFuture.failedFuture(
                            new OverloadedException("others changed the endpoint at each try to change it"));
        });
    }

    private CompletionStage<Boolean> write(
            EndpointId id,
            Stored before,
            EndpointChange change,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        String key = before.endpoint().map(Document::key).orElse(EndpointJson.key(id));
        Optional<Document> after = change.after().map(endpoint -> EndpointJson.write(key, endpoint));
        if (before.endpoint().isEmpty() && after.isPresent()) {
            return events.feed(id.feed()).thenCompose(feed -> {
                EndpointPosition head = new EndpointPosition(feed.epoch(), feed.head());
                return write(id, before, after, change, Optional.of(head), submit);
            });
        }
        return write(id, before, after, change, Optional.empty(), submit);
    }

    /** @param first where delivery begins, if the endpoint is new */
    private CompletionStage<Boolean> write(
            EndpointId id,
            Stored before,
            Optional<Document> after,
            EndpointChange change,
            Optional<EndpointPosition> first,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        List<Replacement> replacements = new ArrayList<>();
        replacements.add(new Replacement(EndpointJson.key(id), before.endpoint(), after));
        List<Hint> hints = new ArrayList<>();
        if (first.isPresent() || after.isEmpty()) {
            replacements.add(EndpointDocuments.namesChange(id, before.names(), after.isPresent()));
            hints.add(new Hint(
                    EndpointDocuments.positionKey(id),
                    first.map(position -> EndpointDocuments.position(id, position))));
            hints.add(new Hint(EndpointDocuments.replayKey(id), Optional.empty()));
        }
        List<News> news = change.news().stream().map(Webhooks::news).toList();
        after.ifPresent(document -> table.prepare(document, change.after().orElseThrow(), first));
        return submit.apply(new ReplaceDocuments(replacements, hints, news))
                .whenComplete((isWritten, failure) -> after.ifPresent(table::forget));
    }

    private static News news(EndpointEvent news) {
        return new News(
                news.render(),
                news.isForOperations()
                        ? List.of(news.endpoint().feed(), FeedId.OPERATIONS)
                        : List.of(news.endpoint().feed()));
    }

    /** Saves up to where endpoints have received their partners' feeds; those that do not exist are left out. */
    public CompletionStage<Boolean> savePositions(Map<EndpointId, EndpointPosition> positions) {
        List<Hint> hints = new ArrayList<>(positions.size());
        positions.forEach((id, reached) -> {
            if (table.find(id).isPresent()) {
                hints.add(new Hint(
                        EndpointDocuments.positionKey(id), Optional.of(EndpointDocuments.position(id, reached))));
            }
        });
        return events.submit(new ReplaceDocuments(List.of(), hints, List.of()));
    }

    /** Returns, once, the replay of the endpoint that was not over when the server was stopped. */
    public Optional<EndpointReplay> takeSavedReplay(EndpointId id) {
        return table.takeSavedReplay(id);
    }

    /** Saves where a replay is, or that it is over, and writes news about it to the partner's feed. */
    public CompletionStage<Boolean> saveReplay(EndpointId id, EndpointReplay replay, Optional<EndpointEvent> news) {
        if (table.find(id).isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        Optional<Document> document =
                replay.state().isEnd() ? Optional.empty() : Optional.of(EndpointDocuments.replay(id, replay));
        return events.submit(new ReplaceDocuments(
                List.of(),
                List.of(new Hint(EndpointDocuments.replayKey(id), document)),
                news.map(Webhooks::news).stream().toList()));
    }

    /** Writes news of endpoints to their partners' feeds. */
    public CompletionStage<Boolean> report(Collection<EndpointEvent> news) {
        return events.submit(new ReplaceDocuments(
                        List.of(), List.of(), news.stream().map(Webhooks::news).toList()))
                .thenApply(isWritten -> {
                    for (EndpointEvent event : news) {
                        Optional<WebhookEndpoint> endpoint = table.find(event.endpoint());
                        notice(new EndpointNotice(endpoint, endpoint, List.of(event), ChangedBy.SERVER));
                    }
                    return isWritten;
                });
    }

    /** A change that the server makes by itself; nothing happens if the endpoint is removed. */
    public CompletionStage<Optional<WebhookEndpoint>> changeBySelf(
            EndpointId id, BiFunction<WebhookEndpoint, EndpointEditor, Optional<EndpointChange>> decide) {
        return change(
                id,
                ChangedBy.SERVER,
                (found, editor) -> found.flatMap(endpoint -> decide.apply(endpoint, editor)),
                events::submit);
    }
}
