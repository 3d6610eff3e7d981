package io.bellwire.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.LogStore;
import io.bellwire.log.StoredAccount;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices and partners and their secrets, kept in the log. Thread-safe; nothing here blocks the caller. Every change is
 * a write of the log's, decided on its writer's thread. What is asked often is answered from bounded caches, which the log
 * tells of every change in the order of commits; the rest runs on the log's readers.
 */
public final class Registry {
    private static final Logger log = LoggerFactory.getLogger(Registry.class);

    private static final int PER_QUERY_MAX = 256;
    /** A fleet that comes back at once waits; it is not sent away. */
    private static final int LOOKUPS_WAITING_MAX = 100_000;

    private final EventLog events;
    private final SecureRandom random;
    private final Cache<FeedId, Account> byId;
    private final Cache<Secret, FeedId> bySecret;
    private final List<Consumer<FeedId>> closedListeners = new CopyOnWriteArrayList<>();

    private final BatchedLookups<FeedId, Account> ids;
    private final BatchedLookups<Secret, Account> secrets;
    /** How many batches have changed accounts. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param cachedMax how many parties to keep in memory
     */
    public Registry(EventLog events, SecureRandom random, int cachedMax) {
        this.events = events;
        this.random = random;
        this.byId = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
        this.bySecret = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
        this.ids = new BatchedLookups<>(events::onReader, this::loadByIds, PER_QUERY_MAX, LOOKUPS_WAITING_MAX);
        this.secrets = new BatchedLookups<>(events::onReader, this::loadBySecrets, PER_QUERY_MAX, LOOKUPS_WAITING_MAX);
        events.listen(new CacheUpdates());
    }

    /** What registering came to: the secret is there only if it is new, and this is the only time it is seen. */
    public record Registration(Account party, @Nullable String secret) {}

    /** Has {@code listener} told of each party whose present connections must end: rotated or disabled. */
    public void onClosed(Consumer<FeedId> listener) {
        closedListeners.add(listener);
    }

    /** Registers the party, or enables a disabled one with a new secret, or finds it as it is. */
    public CompletionStage<Registration> register(FeedId id) {
        Account cached = byId.getIfPresent(id);
        if (cached != null && !cached.disabled()) {
            return CompletableFuture.completedFuture(new Registration(cached, null));
        }
        String text = Secret.draw(random);
        return events.submit(new RegisterAccount(id, Secret.of(text)))
                .thenApply(outcome ->
                        new Registration(party(outcome.feed(), outcome.account()), outcome.isChanged() ? text : null));
    }

    /** A new secret for the party, whose old one ends at once; empty if there is no such party or it is disabled. */
    public CompletionStage<Optional<Registration>> rotate(FeedId id) {
        String text = Secret.draw(random);
        return change(id, ChangeAccount.rotate(id, Secret.of(text)))
                .thenApply(changed -> changed.map(party -> new Registration(party, text)));
    }

    /** Disables the party; false if there is no such party. */
    public CompletionStage<Boolean> disable(FeedId id) {
        return change(id, ChangeAccount.disable(id)).thenApply(Optional::isPresent);
    }

    /** Makes a change that ends the party's connections, if there is such a party. */
    private CompletionStage<Optional<Account>> change(FeedId id, ChangeAccount change) {
        return find(id).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return events.submit(change).thenApply(changed -> {
                changed.ifPresent(account -> closed(id));
                return changed.map(account -> party(found.get().feed(), account));
            });
        });
    }

    /** The party, disabled or not. */
    public CompletionStage<Optional<Account>> find(FeedId id) {
        Account cached = byId.getIfPresent(id);
        return cached != null ? CompletableFuture.completedFuture(Optional.of(cached)) : ids.find(id);
    }

    /** Up to {@code most} devices, disabled or not, in the order of their ids, after {@code after}; from the first if empty. */
    public CompletionStage<List<Account>> devices(Optional<DeviceId> after, int most) {
        String from = after.map(id -> FeedId.ofDevice(id).path()).orElse("");
        return events.onReader(() -> withFeeds(events.store().devices(from, most)));
    }

    /** Whether {@code secret} is the enabled party's. */
    public CompletionStage<Boolean> authenticate(FeedId id, byte[] secret) {
        Secret given = Secret.of(secret);
        return find(id).thenApply(found -> found.map(
                        party -> !party.disabled() && party.secret().matches(given))
                .orElse(false));
    }

    /** The enabled party whose secret this is. */
    public CompletionStage<Optional<Account>> owner(Secret secret) {
        FeedId cached = bySecret.getIfPresent(secret);
        CompletionStage<Optional<Account>> found = cached != null ? find(cached) : secrets.find(secret);
        return found.thenApply(candidate ->
                candidate.filter(party -> !party.disabled() && party.secret().matches(secret)));
    }

    private Map<FeedId, Account> loadByIds(List<FeedId> wanted) {
        return load(store -> store.accounts(wanted)).stream().collect(Collectors.toMap(Account::id, party -> party));
    }

    private Map<Secret, Account> loadBySecrets(List<Secret> wanted) {
        List<byte[]> digests = wanted.stream().map(Secret::digest).toList();
        return load(store -> store.accountsBySecret(digests)).stream()
                .collect(Collectors.toMap(Account::secret, party -> party));
    }

    private List<Account> load(Function<LogStore, List<StoredAccount>> query) {
        long changesBefore = changes.get();
        List<Account> found = withFeeds(query.apply(events.store()));
        for (Account party : found) {
            // not over a newer one that a change has put there meanwhile
            boolean isKept = byId.asMap().putIfAbsent(party.id(), party) == null;
            bySecret.put(party.secret(), party.id());
            if (isKept && changes.get() != changesBefore) {
                byId.asMap()
                        .remove(party.id(), party); // what was there may have been newer, and is out of the cache again
            }
        }
        return found;
    }

    private List<Account> withFeeds(List<StoredAccount> accounts) {
        // all at once: one by one each would ask the store
        Map<FeedId, Feed> feeds = events
                .feeds(accounts.stream().map(StoredAccount::id).toList())
                .stream()
                .collect(Collectors.toMap(Feed::id, feed -> feed));
        List<Account> parties = new ArrayList<>(accounts.size());
        for (StoredAccount account : accounts) {
            Feed feed = feeds.get(account.id());
            if (feed != null) { // an account is made with its feed
                parties.add(party(feed, account));
            }
        }
        return parties;
    }

    private static Account party(Feed feed, StoredAccount account) {
        return new Account(
                feed,
                Secret.ofDigest(account.secretDigest()),
                Instant.ofEpochMilli(account.createdMillis()),
                account.disabled());
    }

    /** Hears of changes on the log's writer's thread, before whoever made them is answered. */
    private final class CacheUpdates implements FeedListener {
        @Override
        public void accountsChanged(Collection<StoredAccount> accounts) {
            changes.incrementAndGet();
            for (StoredAccount account : accounts) {
                Feed feed = events.known(account.id());
                if (feed == null) {
                    byId.invalidate(account.id());
                } else {
                    Account party = party(feed, account);
                    byId.put(party.id(), party);
                    bySecret.put(party.secret(), party.id());
                }
            }
        }

        @Override
        public void committed(List<Advance> advances) {
            // of no interest here
        }

        @Override
        public void received(FeedId feed, long revision) {
            // of no interest here
        }

        @Override
        public void processed(FeedId feed, long revision) {
            // of no interest here
        }
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
