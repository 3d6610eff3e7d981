package io.bellwire.segment;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.BatchInput;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Epoch;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Position;
import io.bellwire.log.RecordType;
import io.bellwire.log.Records;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.registry.AccountStore;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads what a batch needs to be decided, and makes the feeds that it asks for by name and that do not exist. Used by
 * the thread that commits.
 */
final class BatchLoader {
    private final LogState state;
    private final Segments segments;

    BatchLoader(LogState state, Segments segments) {
        this.state = state;
        this.segments = segments;
    }

    /** @param responsesAgeMin responses in segments that were sealed at a lower age of the log have expired */
    BatchInput load(BatchNeeds needs, long responsesAgeMin) {
        Set<FeedId> created = new LinkedHashSet<>();
        Map<FeedId, Feed> named = findOrCreate(needs.names(), created);
        return new BatchInput(
                new EventNumber(state.lastEventNumber() + 1),
                named,
                created,
                heads(needs.withFeeds(named.values()), created),
                records(needs, responsesAgeMin));
    }

    private Records records(BatchNeeds needs, long responsesAgeMin) {
        Records records = new Records();
        for (OrderId id : needs.keys(OrderStore.LATEST)) {
            records.putIfPresent(OrderStore.LATEST, id, segments.order(id.value()));
        }
        for (OrderId id : needs.keys(OrderStore.LOCKS)) {
            records.putIfPresent(OrderStore.LOCKS, id, state.lock(id.value()));
        }
        for (IdempotencyKey key : needs.keys(StoredResponse.TYPE)) {
            records.putIfPresent(StoredResponse.TYPE, key, response(key, responsesAgeMin));
        }
        for (FeedId id : needs.keys(AccountStore.ACCOUNTS)) {
            records.putIfPresent(AccountStore.ACCOUNTS, id, state.accounts().get(id));
        }
        loadDocuments(DocumentStore.KEPT, needs, records);
        loadDocuments(DocumentStore.HINTS, needs, records);
        state.groups().load(needs, records);
        return records;
    }

    private void loadDocuments(RecordType<String, Document> type, BatchNeeds needs, Records records) {
        for (String key : needs.keys(type)) {
            records.putIfPresent(type, key, state.documents().get(key));
        }
    }

    /** Finds the feeds of these names; makes those that do not exist, and adds their names to {@code created}. */
    private Map<FeedId, Feed> findOrCreate(Set<FeedId> names, Set<FeedId> created) {
        Map<FeedId, Feed> found = new HashMap<>();
        for (FeedId name : names) {
            Feed feed = state.feed(name);
            if (feed == null) {
                created.add(name);
                feed = new Feed(
                        new FeedNumber(state.feedCount() + created.size()),
                        name,
                        Epoch.ofFeed(state.requireEpoch(), name),
                        Position.START,
                        Position.START,
                        Position.START,
                        Position.START);
            }
            found.put(name, feed);
        }
        return found;
    }

    private Map<FeedNumber, Position> heads(Set<Feed> feeds, Set<FeedId> created) {
        Map<FeedNumber, Position> heads = new HashMap<>();
        for (Feed feed : feeds) {
            heads.put(
                    feed.feedNumber(),
                    created.contains(feed.id())
                            ? Position.START
                            : state.snapshot(feed.feedNumber().value()).head());
        }
        return heads;
    }

    private @Nullable StoredResponse response(IdempotencyKey key, long ageMin) {
        StoredResponse response = segments.response(ResponseCodec.hash(key), ageMin);
        return response != null && response.key().equals(key) ? response : null;
    }
}
