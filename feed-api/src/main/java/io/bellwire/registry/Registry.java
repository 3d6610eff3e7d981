package io.bellwire.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.Database;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices and partners and their secrets, kept in the log's database. Thread-safe. What is asked often is answered from bounded
 * caches; the rest, and every change, runs on the log's readers, so nothing here blocks the caller.
 */
public final class Registry {
    private static final Logger log = LoggerFactory.getLogger(Registry.class);

    private static final int PER_QUERY_MAX = 256;
    /** A fleet that comes back at once waits; it is not sent away. */
    private static final int LOOKUPS_WAITING_MAX = 100_000;

    private static final String SELECT = "SELECT id, secret_sha256, created_at, disabled FROM parties WHERE ";

    private static final RowMapper<Row> ROW = (row, context) -> new Row(
            new FeedId(row.getString("id")),
            Secret.ofDigest(row.getBytes("secret_sha256")),
            Instant.ofEpochMilli(row.getLong("created_at")),
            row.getBoolean("disabled"));

    private final Database database;
    private final EventLog events;
    private final Clock clock;
    private final SecureRandom random;
    private final Cache<FeedId, Party> byId;
    private final Cache<Secret, FeedId> bySecret;
    private final List<Consumer<FeedId>> closedListeners = new CopyOnWriteArrayList<>();

    private final Lookups<FeedId, Party> ids;
    private final Lookups<Secret, Party> secrets;

    private record Row(FeedId id, Secret secret, Instant createdAt, boolean disabled) {}

    /**
     * @param cachedMax how many parties to keep in memory
     */
    public Registry(Database database, EventLog events, Clock clock, SecureRandom random, int cachedMax) {
        this.database = database;
        this.events = events;
        this.clock = clock;
        this.random = random;
        this.byId = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
        this.bySecret = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
        this.ids = new Lookups<>(events::onReader, this::loadByIds, PER_QUERY_MAX, LOOKUPS_WAITING_MAX);
        this.secrets = new Lookups<>(events::onReader, this::loadBySecrets, PER_QUERY_MAX, LOOKUPS_WAITING_MAX);
    }

    /** What registering came to: the secret is there only if it is new, and this is the only time it is seen. */
    public record Registration(Party party, @Nullable String secret) {}

    /** Has {@code listener} told of each party whose present connections must end: rotated or disabled. */
    public void onClosed(Consumer<FeedId> listener) {
        closedListeners.add(listener);
    }

    /** Registers the party, or enables a disabled one with a new secret, or finds it as it is. */
    public CompletionStage<Registration> register(FeedId id) {
        return change(() -> {
            Feed feed = events.makeFeed(id);
            Party there = load(id);
            if (there != null && !there.disabled()) {
                return new Registration(there, null);
            }
            String text = Secret.draw(random);
            Party party = new Party(
                    feed,
                    Secret.of(text),
                    there == null ? Instant.ofEpochMilli(clock.millis()) : there.createdAt(),
                    false);
            long said = saidToAll();
            save(party, there == null, said);
            return new Registration(party, text);
        });
    }

    /** A new secret for the party, whose old one ends at once; empty if there is no such party or it is disabled. */
    public CompletionStage<Optional<Registration>> rotate(FeedId id) {
        return change(() -> {
            Party there = load(id);
            if (there == null || there.disabled()) {
                return Optional.<Registration>empty();
            }
            String text = Secret.draw(random);
            Party party = new Party(there.feed(), Secret.of(text), there.createdAt(), false);
            save(party);
            bySecret.invalidate(there.secret());
            closed(id);
            return Optional.of(new Registration(party, text));
        });
    }

    /** Disables the party; false if there is no such party. */
    public CompletionStage<Boolean> disable(FeedId id) {
        return change(() -> {
            Party there = load(id);
            if (there == null) {
                return false;
            }
            save(new Party(there.feed(), there.secret(), there.createdAt(), true));
            bySecret.invalidate(there.secret());
            closed(id);
            return true;
        });
    }

    /** The party, disabled or not. */
    public CompletionStage<Optional<Party>> find(FeedId id) {
        Party cached = byId.getIfPresent(id);
        return cached != null ? CompletableFuture.completedFuture(Optional.of(cached)) : ids.find(id);
    }

    /** Up to {@code most} devices, disabled or not, in the order of their ids, after {@code after}; from the first if empty. */
    public CompletionStage<List<Party>> devices(Optional<DeviceId> after, int most) {
        String from = after.map(id -> FeedId.ofDevice(id).path()).orElse("");
        return events.onReader(() -> {
            List<Row> rows = database.with(
                    handle -> handle.createQuery(SELECT + "id LIKE 'devices/%' AND id > :after ORDER BY id LIMIT :most")
                            .bind("after", from)
                            .bind("most", most)
                            .map(ROW)
                            .list());
            return withFeeds(rows);
        });
    }

    /** Whether {@code secret} is the enabled party's. */
    public CompletionStage<Boolean> authenticate(FeedId id, byte[] secret) {
        Secret given = Secret.of(secret);
        return find(id).thenApply(found -> found.map(
                        party -> !party.disabled() && party.secret().matches(given))
                .orElse(false));
    }

    /** The enabled party whose secret this is. */
    public CompletionStage<Optional<Party>> owner(Secret secret) {
        FeedId cached = bySecret.getIfPresent(secret);
        CompletionStage<Optional<Party>> found = cached != null ? find(cached) : secrets.find(secret);
        return found.thenApply(candidate ->
                candidate.filter(party -> !party.disabled() && party.secret().matches(secret)));
    }

    /** Changes to one registry are made one after the other: two of the same party would overwrite each other. */
    private <T> CompletionStage<T> change(java.util.concurrent.Callable<T> change) {
        return events.onReader(() -> {
            synchronized (this) {
                return change.call();
            }
        });
    }

    private @Nullable Party load(FeedId id) {
        Party cached = byId.getIfPresent(id);
        if (cached != null) {
            return cached;
        }
        return loadByIds(List.of(id)).get(id);
    }

    private Map<FeedId, Party> loadByIds(List<FeedId> wanted) {
        return keepAll(database.with(handle -> handle.createQuery(SELECT + "id IN (<ids>)")
                        .bindList("ids", wanted.stream().map(FeedId::path).toList())
                        .map(ROW)
                        .list()))
                .stream()
                .collect(Collectors.toMap(Party::id, party -> party));
    }

    private Map<Secret, Party> loadBySecrets(List<Secret> wanted) {
        return keepAll(database.with(handle -> handle.createQuery(SELECT + "secret_sha256 IN (<digests>)")
                        .bindList("digests", wanted.stream().map(Secret::digest).toList())
                        .map(ROW)
                        .list()))
                .stream()
                .collect(Collectors.toMap(Party::secret, party -> party));
    }

    private List<Party> keepAll(List<Row> rows) {
        return withFeeds(rows).stream().map(this::keep).toList();
    }

    private List<Party> withFeeds(List<Row> rows) {
        // all at once: one by one each would ask the database
        Map<FeedId, Feed> feeds = events.feeds(rows.stream().map(Row::id).toList()).stream()
                .collect(Collectors.toMap(Feed::id, feed -> feed));
        List<Party> parties = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Feed feed = feeds.get(row.id());
            if (feed != null) { // a party has a feed from before it is made
                parties.add(new Party(feed, row.secret(), row.createdAt(), row.disabled()));
            }
        }
        return parties;
    }

    private Party keep(Party party) {
        // not over a newer one that a change has put there meanwhile
        Party there = byId.asMap().putIfAbsent(party.id(), party);
        Party kept = there == null ? party : there;
        bySecret.put(kept.secret(), kept.id());
        return kept;
    }

    /** The device is among all devices for what is said to them after this. */
    private long saidToAll() {
        return events.feeds(List.of(FeedId.ALL_DEVICES)).stream()
                .mapToLong(Feed::head)
                .findFirst()
                .orElse(0);
    }

    private void save(Party party) {
        save(party, handle -> update(handle, party));
    }

    private void save(Party party, boolean isNew, long since) {
        save(
                party,
                handle -> isNew ? insert(handle, party, since) : update(handle, party) + enter(handle, party, since));
    }

    private void save(Party party, HandleCallback<Integer, SQLException> change) {
        database.commit(change);
        byId.put(party.id(), party);
        bySecret.put(party.secret(), party.id());
    }

    private static int insert(Handle handle, Party party, long since) throws SQLException {
        return handle.createUpdate("INSERT INTO parties (id, feed_no, secret_sha256, created_at, disabled, since)"
                        + " VALUES (:id, :feed, :digest, :created, :disabled, :since)")
                .bind("since", since)
                .bind("id", party.id().path())
                .bind("feed", party.feed().no())
                .bind("digest", party.secret().digest())
                .bind("created", party.createdAt().toEpochMilli())
                .bind("disabled", party.disabled())
                .execute();
    }

    private static int enter(Handle handle, Party party, long since) {
        return handle.createUpdate("UPDATE parties SET since = :since WHERE id = :id")
                .bind("id", party.id().path())
                .bind("since", since)
                .execute();
    }

    private static int update(Handle handle, Party party) {
        return handle.createUpdate("UPDATE parties SET secret_sha256 = :digest, disabled = :disabled WHERE id = :id")
                .bind("id", party.id().path())
                .bind("digest", party.secret().digest())
                .bind("disabled", party.disabled())
                .execute();
    }

    private void closed(FeedId id) {
        for (Consumer<FeedId> listener : closedListeners) {
            try {
                listener.accept(id);
            } catch (RuntimeException e) { // the change is made; the others still hear of it
                log.error("a listener failed for {}", id, e);
            }
        }
    }
}
