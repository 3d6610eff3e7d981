package io.bellwire.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.document.ReplaceDocuments.Hint;
import io.bellwire.document.ReplaceDocuments.News;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.log.Epoch;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints, in memory and as documents in the log. A change is decided outside of the log's writer's thread, and
 * decided again if the endpoint has changed meanwhile. Thread-safe; only {@link #open} blocks.
 */
public final class Webhooks implements FeedListener {
    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

    /** Endpoints of one partner. */
    public static final int PER_PARTNER_MAX = 10;

    private static final String POSITION_PREFIX = "endpoint-position/";
    private static final String NAMES_PREFIX = "endpoint-names/";
    private static final String EPOCH = "epoch";
    private static final String REVISION = "revision";
    private static final int PAGE = 1_000;
    private static final int TRIES_MAX = 5;

    private final EventLog events;
    private final Clock clock;
    private final ConcurrentSkipListMap<String, Kept> byKey = new ConcurrentSkipListMap<>();
    private final Map<FeedId, Document> names = new ConcurrentHashMap<>();
    private final Set<FeedId> disabledPartners = ConcurrentHashMap.newKeySet();
    private final Map<EndpointId, EndpointPosition> firstPositions = new ConcurrentHashMap<>();
    private final List<EndpointListener> listeners = new CopyOnWriteArrayList<>();

    private volatile Function<String, Optional<String>> urlCheck =
            url -> Optional.of("this server does not call endpoints");

    private volatile Function<EndpointId, Optional<EndpointHealth>> healthReport = id -> Optional.empty();

    /**
     * What documents that are being written say, by the objects themselves: the log's writer's thread, which hands these
     * objects back when they are durable, must not parse JSON.
     */
    private final Map<Document, Prepared> prepared = Collections.synchronizedMap(new IdentityHashMap<>());

    /** An endpoint, and its document as it is in the log. */
    private record Kept(WebhookEndpoint endpoint, Document document) {}

    /** An endpoint that is being written; with its first position if it is new. */
    private record Prepared(WebhookEndpoint endpoint, Optional<EndpointPosition> first) {}

    private Webhooks(EventLog events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Loads all endpoints of the log; blocks. */
    public static Webhooks open(EventLog events, DocumentStore documents, AccountStore accounts, Clock clock) {
        Webhooks webhooks = new Webhooks(events, clock);
        webhooks.load(documents, accounts);
        events.listen(webhooks);
        return webhooks;
    }

    private void load(DocumentStore documents, AccountStore accounts) {
        forEach(
                documents,
                EndpointJson.prefix(),
                document -> byKey.put(document.key(), new Kept(EndpointJson.read(document), document)));
        forEach(documents, NAMES_PREFIX, document -> names.put(partnerOf(document), document));
        forEach(
                documents,
                POSITION_PREFIX,
                document -> firstPositions.put(
                        EndpointId.parse(document.key().substring(POSITION_PREFIX.length())), positionIn(document)));
        List<FeedId> partners = List.copyOf(names.keySet());
        for (int from = 0; from < partners.size(); from += PAGE) {
            accounts.find(partners.subList(from, Math.min(from + PAGE, partners.size()))).stream()
                    .filter(StoredAccount::disabled)
                    .forEach(account -> disabledPartners.add(account.id()));
        }
    }

    private static EndpointPosition positionIn(Document document) {
        JsonNode json = EndpointJson.parse(document);
        return new EndpointPosition(
                new Epoch(json.path(EPOCH).asText()),
                new Revision(json.path(REVISION).asLong()));
    }

    private interface Reader {
        void read(Document document);
    }

    private static void forEach(DocumentStore documents, String prefix, Reader reader) {
        String after = "";
        List<Document> page;
        do {
            page = documents.withPrefix(prefix, after, PAGE);
            for (Document document : page) {
                reader.read(document);
                after = document.key();
            }
        } while (page.size() == PAGE);
    }

    private static FeedId partnerOf(Document namesDocument) {
        return new FeedId(namesDocument.key().substring(NAMES_PREFIX.length()));
    }

    /** Notifies {@code listener} of all endpoints that there are, and of each change from now on. */
    public void listen(EndpointListener listener) {
        listeners.add(listener);
        byKey.values().forEach(kept -> listener.changed(effective(kept.endpoint())));
    }

    /** The endpoint; empty if there is none. */
    public Optional<WebhookEndpoint> find(EndpointId id) {
        return Optional.ofNullable(byKey.get(EndpointJson.key(id))).map(Kept::endpoint);
    }

    /** The endpoints of a partner, by name. */
    public List<WebhookEndpoint> of(FeedId partner) {
        String prefix = EndpointJson.prefix() + partner.path() + "/";
        return byKey.tailMap(prefix, true).values().stream()
                .takeWhile(kept -> EndpointJson.key(kept.endpoint().id()).startsWith(prefix))
                .map(Kept::endpoint)
                .toList();
    }

    /** Whether the partner has as many endpoints as it may have. Who creates one asks this when it decides. */
    public boolean isFull(FeedId partner) {
        return of(partner).size() >= PER_PARTNER_MAX;
    }

    /**
     * Returns, once, where delivery to the endpoint is to begin: the position that was saved last, or that of its
     * creation.
     */
    public Optional<EndpointPosition> takeFirstPosition(EndpointId id) {
        return Optional.ofNullable(firstPositions.remove(id));
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

    /** An editor with the time of now. */
    public EndpointEditor editor() {
        return new EndpointEditor(clock.millis(), events.steadyMillis());
    }

    /**
     * Changes an endpoint. The future has the endpoint afterwards, empty if there is none. It fails with what {@code
     * decide} throws, and with {@link OverloadedException} if others change the endpoint all the time.
     *
     * @param decide what becomes of the endpoint; empty to leave it as it is. May be called several times
     * @param submit submits the write to the log, with what is to be in the same batch, such as its record
     */
    public CompletionStage<Optional<WebhookEndpoint>> change(
            EndpointId id,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        return change(id, decide, submit, TRIES_MAX);
    }

    private CompletionStage<Optional<WebhookEndpoint>> change(
            EndpointId id,
            BiFunction<Optional<WebhookEndpoint>, EndpointEditor, Optional<EndpointChange>> decide,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit,
            int tries) {
        Optional<Kept> before = Optional.ofNullable(byKey.get(EndpointJson.key(id)));
        Optional<WebhookEndpoint> endpoint = before.map(Kept::endpoint);
        Optional<EndpointChange> change;
        try {
            change = decide.apply(endpoint, editor());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (change.isEmpty()) {
            return CompletableFuture.completedFuture(endpoint);
        }
        return write(id, before.map(Kept::document), change.get(), submit).thenCompose(isWritten -> {
            if (isWritten) {
                return CompletableFuture.completedFuture(change.get().after());
            }
            return tries > 1
                    ? change(id, decide, submit, tries - 1)
                    : CompletableFuture.failedFuture(
                            new OverloadedException("others changed the endpoint at each try to change it"));
        });
    }

    private CompletionStage<Boolean> write(
            EndpointId id,
            Optional<Document> before,
            EndpointChange change,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        Optional<Document> after = change.after().map(EndpointJson::write);
        if (before.isEmpty() && after.isPresent()) {
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
            Optional<Document> before,
            Optional<Document> after,
            EndpointChange change,
            Optional<EndpointPosition> first,
            Function<Write<Boolean>, CompletionStage<Boolean>> submit) {
        List<Replacement> replacements = new ArrayList<>();
        replacements.add(new Replacement(EndpointJson.key(id), before, after));
        List<Hint> hints = new ArrayList<>();
        if (first.isPresent() || after.isEmpty()) {
            replacements.add(namesChange(id, after.isPresent()));
            hints.add(new Hint(positionKey(id), first.map(position -> position(id, position))));
        }
        List<News> news = change.news().stream().map(Webhooks::news).toList();
        after.ifPresent(
                document -> prepared.put(document, new Prepared(change.after().orElseThrow(), first)));
        return submit.apply(new ReplaceDocuments(replacements, hints, news))
                .whenComplete((isWritten, failure) -> after.ifPresent(prepared::remove));
    }

    /**
     * The names of a partner's endpoints are a document too: of two that are created at once, one is decided again, and
     * sees the other.
     */
    private Replacement namesChange(EndpointId id, boolean isCreated) {
        Optional<Document> before = Optional.ofNullable(names.get(id.feed()));
        Set<String> all = new TreeSet<>();
        before.ifPresent(document -> EndpointJson.parse(document).forEach(name -> all.add(name.asText())));
        if (isCreated) {
            all.add(id.name());
        } else {
            all.remove(id.name());
        }
        var json = JsonNodeFactory.instance.arrayNode();
        all.forEach(json::add);
        String key = NAMES_PREFIX + id.feed().path();
        return new Replacement(
                key, before, all.isEmpty() ? Optional.empty() : Optional.of(EndpointJson.document(key, json)));
    }

    private static String positionKey(EndpointId id) {
        return POSITION_PREFIX + id;
    }

    private static Document position(EndpointId id, EndpointPosition position) {
        JsonNode json = JsonNodeFactory.instance
                .objectNode()
                .put(EPOCH, position.epoch().value())
                .put(REVISION, position.revision().value());
        return EndpointJson.document(positionKey(id), json);
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
            if (byKey.containsKey(EndpointJson.key(id))) {
                hints.add(new Hint(positionKey(id), Optional.of(position(id, reached))));
            }
        });
        return events.submit(new ReplaceDocuments(List.of(), hints, List.of()));
    }

    /** Writes news of endpoints to their partners' feeds. */
    public CompletionStage<Boolean> report(Collection<EndpointEvent> news) {
        return events.submit(new ReplaceDocuments(
                List.of(), List.of(), news.stream().map(Webhooks::news).toList()));
    }

    /** A change that the server makes by itself; nothing happens if the endpoint is removed. */
    public CompletionStage<Optional<WebhookEndpoint>> changeBySelf(
            EndpointId id, BiFunction<WebhookEndpoint, EndpointEditor, Optional<EndpointChange>> decide) {
        return change(id, (found, editor) -> found.flatMap(endpoint -> decide.apply(endpoint, editor)), events::submit);
    }

    @Override
    public void recordsChanged(Records records) {
        try {
            records.of(DocumentStore.KEPT).forEach(this::documentChanged);
            for (@Nullable StoredAccount account : records.of(AccountStore.ACCOUNTS).values()) {
                if (account != null && account.id().partner().isPresent()) {
                    partnerChanged(account);
                }
            }
        } catch (RuntimeException e) { // must not end the writer's batch
            log.error("a change of an endpoint could not be followed", e);
        }
    }

    private void documentChanged(String key, @Nullable Document document) {
        if (key.startsWith(NAMES_PREFIX)) {
            FeedId partner = new FeedId(key.substring(NAMES_PREFIX.length()));
            if (document == null) {
                names.remove(partner);
            } else {
                names.put(partner, document);
            }
        } else if (key.startsWith(EndpointJson.prefix())) {
            endpointChanged(key, document);
        }
    }

    private void endpointChanged(String key, @Nullable Document document) {
        if (document == null) {
            Kept removed = byKey.remove(key);
            if (removed != null) {
                listeners.forEach(
                        listener -> listener.removed(removed.endpoint().id()));
            }
            return;
        }
        Prepared written = prepared.get(document);
        if (written == null) {
            throw new IllegalStateException("document " + key + " was not written by this class");
        }
        WebhookEndpoint endpoint = written.endpoint();
        written.first().ifPresent(first -> firstPositions.put(endpoint.id(), first));
        byKey.put(key, new Kept(endpoint, document));
        listeners.forEach(listener -> listener.changed(effective(endpoint)));
    }

    private void partnerChanged(StoredAccount account) {
        boolean isChanged =
                account.disabled() ? disabledPartners.add(account.id()) : disabledPartners.remove(account.id());
        if (isChanged) {
            for (WebhookEndpoint endpoint : of(account.id())) {
                listeners.forEach(listener -> listener.changed(effective(endpoint)));
            }
        }
    }

    /** The endpoint as it is to be treated: disabled if its partner is. */
    private WebhookEndpoint effective(WebhookEndpoint endpoint) {
        return disabledPartners.contains(endpoint.id().feed())
                ? endpoint.disabledFor(DisabledReason.PARTNER_DISABLED)
                : endpoint;
    }

    /** How many endpoints there are. */
    public int size() {
        return byKey.size();
    }
}
