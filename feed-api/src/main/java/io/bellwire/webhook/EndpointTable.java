package io.bellwire.webhook;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Records;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All endpoints, in memory. It follows the log's commits, in their order. Thread-safe; only {@link #load} blocks. */
final class EndpointTable implements FeedListener {
    private static final Logger log = LoggerFactory.getLogger(EndpointTable.class);
    private static final int PAGE = 1_000;

    private final ConcurrentSkipListMap<String, WebhookEndpoint> byKey = new ConcurrentSkipListMap<>();
    private final Map<FeedId, Document> names = new ConcurrentHashMap<>();
    private final Set<FeedId> disabledPartners = ConcurrentHashMap.newKeySet();
    private final Map<EndpointId, EndpointPosition> firstPositions = new ConcurrentHashMap<>();
    private final Map<EndpointId, EndpointReplay> savedReplays = new ConcurrentHashMap<>();
    private final List<EndpointListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * What documents that are being written say, by the objects themselves: the log's writer's thread, which hands these
     * objects back when they are durable, must not parse JSON.
     */
    private final Map<Document, Prepared> prepared = Collections.synchronizedMap(new IdentityHashMap<>());

    /** An endpoint that is being written; with its first position if it is new. */
    private record Prepared(WebhookEndpoint endpoint, Optional<EndpointPosition> first) {}

    /** Loads all endpoints of the log. */
    void load(DocumentStore documents, AccountStore accounts) {
        forEach(documents, EndpointJson.prefix(), document -> byKey.put(document.key(), EndpointJson.read(document)));
        forEach(
                documents,
                EndpointDocuments.NAMES_PREFIX,
                document -> names.put(EndpointDocuments.partnerOf(document), document));
        forEach(
                documents,
                EndpointDocuments.POSITION_PREFIX,
                document -> firstPositions.put(
                        EndpointId.parse(document.key().substring(EndpointDocuments.POSITION_PREFIX.length())),
                        EndpointDocuments.positionIn(document)));
        forEach(
                documents,
                EndpointDocuments.REPLAY_PREFIX,
                document -> savedReplays.put(
                        EndpointId.parse(document.key().substring(EndpointDocuments.REPLAY_PREFIX.length())),
                        EndpointDocuments.replayIn(document)));
        List<FeedId> partners = List.copyOf(names.keySet());
        for (int from = 0; from < partners.size(); from += PAGE) {
            accounts.find(partners.subList(from, Math.min(from + PAGE, partners.size()))).stream()
                    .filter(StoredAccount::disabled)
                    .forEach(account -> disabledPartners.add(account.id()));
        }
    }

    private static void forEach(DocumentStore documents, String prefix, Consumer<Document> reader) {
        String after = "";
        List<Document> page;
        do {
            page = documents.withPrefix(prefix, after, PAGE);
            for (Document document : page) {
                reader.accept(document);
                after = document.key();
            }
        } while (page.size() == PAGE);
    }

    /** Notifies {@code listener} of all endpoints that there are, and of each change from now on. */
    void listen(EndpointListener listener) {
        listeners.add(listener);
        byKey.values().forEach(endpoint -> listener.changed(effective(endpoint)));
    }

    /** The endpoint; empty if there is none. */
    Optional<WebhookEndpoint> find(EndpointId id) {
        return Optional.ofNullable(byKey.get(EndpointJson.key(id)));
    }

    /** The endpoints of a partner, by name. */
    List<WebhookEndpoint> of(FeedId partner) {
        String prefix = EndpointJson.prefix() + partner.path() + "/";
        return byKey.tailMap(prefix, true).values().stream()
                .takeWhile(endpoint -> EndpointJson.key(endpoint.id()).startsWith(prefix))
                .toList();
    }

    /** All endpoints, by partner and name. */
    List<WebhookEndpoint> all() {
        return List.copyOf(byKey.values());
    }

    /**
     * Returns, once, where delivery to the endpoint is to begin: the position that was saved last, or that of its
     * creation.
     */
    Optional<EndpointPosition> takeFirstPosition(EndpointId id) {
        return Optional.ofNullable(firstPositions.remove(id));
    }

    /** Returns, once, the replay of the endpoint that was not over when the server was stopped. */
    Optional<EndpointReplay> takeSavedReplay(EndpointId id) {
        return Optional.ofNullable(savedReplays.remove(id));
    }

    /** The document with the names of the partner's endpoints; empty if it has none. */
    Optional<Document> names(FeedId partner) {
        return Optional.ofNullable(names.get(partner));
    }

    /**
     * The document is going to be written, and says this.
     *
     * @param first where delivery begins, if the endpoint is new
     */
    void prepare(Document document, WebhookEndpoint endpoint, Optional<EndpointPosition> first) {
        prepared.put(document, new Prepared(endpoint, first));
    }

    /** The document was written, or will not be. */
    void forget(Document document) {
        prepared.remove(document);
    }

    @Override
    public void recordsChanged(Records records) {
        records.of(DocumentStore.KEPT).forEach((key, document) -> guarded(() -> documentChanged(key, document)));
        for (@Nullable StoredAccount account : records.of(AccountStore.ACCOUNTS).values()) {
            if (account != null && account.id().partner().isPresent()) {
                guarded(() -> partnerChanged(account));
            }
        }
    }

    /** One change that cannot be followed must end neither the others nor the writer's batch. */
    private static void guarded(Runnable change) {
        try {
            change.run();
        } catch (RuntimeException e) {
            log.error("a change of an endpoint could not be followed", e);
        }
    }

    private void documentChanged(String key, @Nullable Document document) {
        if (key.startsWith(EndpointDocuments.NAMES_PREFIX)) {
            FeedId partner = new FeedId(key.substring(EndpointDocuments.NAMES_PREFIX.length()));
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
            WebhookEndpoint removed = byKey.remove(key);
            if (removed != null) {
                listeners.forEach(listener -> listener.removed(removed.id()));
            }
            return;
        }
        Prepared written = prepared.get(document);
        if (written == null) {
            throw new IllegalStateException("document " + key + " was not written by this class");
        }
        WebhookEndpoint endpoint = written.endpoint();
        written.first().ifPresent(first -> firstPositions.put(endpoint.id(), first));
        byKey.put(key, endpoint);
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
    int size() {
        return byKey.size();
    }
}
