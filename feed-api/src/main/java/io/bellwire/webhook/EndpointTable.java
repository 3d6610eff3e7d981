package io.bellwire.webhook;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Records;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

    /** By the paths of the partners' feeds; those of one partner by name. */
    private final Map<String, List<WebhookEndpoint>> byPartner = new ConcurrentSkipListMap<>();

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
        forEach(
                documents,
                EndpointJson.prefix(),
                document -> put(EndpointJson.read(EndpointJson.idIn(document.key()), document)));
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
        List<FeedId> partners = byPartner.values().stream()
                .map(endpoints -> endpoints.get(0).id().feed())
                .toList();
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
        byPartner.values().forEach(endpoints -> endpoints.forEach(endpoint -> listener.changed(effective(endpoint))));
    }

    private void put(WebhookEndpoint endpoint) {
        List<WebhookEndpoint> endpoints = without(endpoint.id());
        endpoints.add(endpoint);
        endpoints.sort(Comparator.comparing(one -> one.id().name()));
        byPartner.put(endpoint.id().feed().path(), List.copyOf(endpoints));
    }

    private void remove(EndpointId id) {
        List<WebhookEndpoint> endpoints = without(id);
        if (endpoints.isEmpty()) {
            byPartner.remove(id.feed().path());
        } else {
            byPartner.put(id.feed().path(), List.copyOf(endpoints));
        }
    }

    private List<WebhookEndpoint> without(EndpointId id) {
        List<WebhookEndpoint> others = new ArrayList<>(of(id.feed()));
        others.removeIf(other -> other.id().equals(id));
        return others;
    }

    /** The endpoint; empty if there is none. */
    Optional<WebhookEndpoint> find(EndpointId id) {
        return of(id.feed()).stream()
                .filter(endpoint -> endpoint.id().equals(id))
                .findFirst();
    }

    /** The endpoints of a partner, by name. */
    List<WebhookEndpoint> of(FeedId partner) {
        return byPartner.getOrDefault(partner.path(), List.of());
    }

    /** All endpoints, by partner and name. */
    List<WebhookEndpoint> all() {
        return byPartner.values().stream().flatMap(List::stream).toList();
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
        if (key.startsWith(EndpointJson.prefix())) {
            endpointChanged(key, document);
        }
    }

    private void endpointChanged(String key, @Nullable Document document) {
        if (document == null) {
            find(EndpointJson.idIn(key)).ifPresent(removed -> {
                remove(removed.id());
                listeners.forEach(listener -> listener.removed(removed.id()));
            });
            return;
        }
        Prepared written = prepared.get(document);
        if (written == null) {
            throw new IllegalStateException("document " + key + " was not written by this class");
        }
        WebhookEndpoint endpoint = written.endpoint();
        written.first().ifPresent(first -> firstPositions.put(endpoint.id(), first));
        put(endpoint);
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
}
