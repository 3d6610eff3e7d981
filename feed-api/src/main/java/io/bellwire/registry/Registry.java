package io.bellwire.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.audit.AuditEntry;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Records;
import io.bellwire.log.WriteSubmitter;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers devices, partners and operators, and authenticates them by their secrets. Accounts are kept in the log: every change
 * is a {@link io.bellwire.log.Write} that its writer's thread decides. Frequent look-ups are answered from bounded
 * caches, which follow the log's commits in their order; the others run on the log's reader threads. Thread-safe; never
 * blocks the caller.
 */
public final class Registry {
    private static final Logger log = LoggerFactory.getLogger(Registry.class);

    private static final int PER_QUERY_MAX = 256;
    /** Large enough that a whole fleet that reconnects at once waits, and none of it is refused. */
    private static final int LOOKUPS_WAITING_MAX = 100_000;

    private final EventLog events;
    private final AccountStore store;
    private final SecureRandom random;
    private final Cache<FeedId, Account> byId;
    private final Cache<Secret, FeedId> bySecret;
    private final OldSecretEnds oldSecretEnds = new OldSecretEnds();
    private final RateLimitedLog faults;
    private final List<Consumer<Account>> revocationListeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<FeedId, OldSecret>> oldSecretListeners = new CopyOnWriteArrayList<>();

    private final BatchedLookups<FeedId, Account> ids;
    private final BatchedLookups<Secret, Account> secrets;
    /** How many batches have changed accounts since this was made. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param store the accounts in the store of {@code events}
     * @param cachedMax how many accounts may be in memory
     */
    public Registry(EventLog events, AccountStore store, SecureRandom random, int cachedMax) {
        this.events = events;
        this.store = store;
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
        this.faults =
                new RateLimitedLog(log, new Stopwatch(() -> TimeUnit.MILLISECONDS.toNanos(events.steadyMillis())));
        events.listen(new CacheUpdates());
    }

    /** The result of a registration or rotation, with the secret if it is new; it cannot be read again later. */
    public record Registration(Account account, @Nullable String secret) {}

    /**
     * Notifies {@code listener} of each account of which a secret may have ended, because it was rotated or disabled or
     * the time of an old secret is over: the connections must end that it does not {@linkplain Account#accepts accept}
     * any more.
     */
    public void onRevoked(Consumer<Account> listener) {
        revocationListeners.add(listener);
    }

    /** Notifies {@code listener} of each login with an old secret. It returns at once and never throws. */
    public void onOldSecretUsed(BiConsumer<FeedId, OldSecret> listener) {
        oldSecretListeners.add(listener);
    }

    /**
     * Registers the account, or enables a disabled one with a new secret; an enabled account is returned as it is.
     *
     * @param role an operator's; empty for the others
     * @param audit the record of the change, here and below
     * @param submitter takes the write, here and below; methods without it submit to the log itself
     */
    public CompletionStage<Registration> register(
            FeedId id, Optional<Role> role, AuditEntry audit, WriteSubmitter submitter) {
        Account cached = byId.getIfPresent(id);
        if (cached != null && !cached.disabled()) {
            return CompletableFuture.completedFuture(new Registration(cached, null));
        }
        String text = Secret.draw(random);
        return allDevices(id)
                .thenCompose(all -> submitter.submit(audit.with(
                        new RegisterAccount(id, Secret.of(text), all, role), RegisterAccount.Outcome::isChanged)))
                .thenApply(outcome -> new Registration(
                        toAccount(outcome.feed(), outcome.account()), outcome.isChanged() ? text : null));
    }

    /**
     * Gives the account a new secret; empty if there is no such account or it is disabled.
     *
     * @param overlap how long the secret before stays valid; zero to end it at once. An older one ends in any case
     */
    public CompletionStage<Optional<Registration>> rotate(
            FeedId id, Duration overlap, AuditEntry audit, WriteSubmitter submitter) {
        String text = Secret.draw(random);
        return change(id, all -> ChangeAccount.rotate(id, all, Secret.of(text), overlap), audit, submitter)
                .thenApply(changed -> changed.map(account -> new Registration(account, text)));
    }

    /** Ends the secret before the account's present one, if it is still valid; false if there is no such account. */
    public CompletionStage<Boolean> endOldSecret(FeedId id, AuditEntry audit) {
        return change(id, all -> ChangeAccount.endOldSecret(id, all), audit, events::submit)
                .thenApply(Optional::isPresent);
    }

    /** Changes the role of an operator; empty if there is none. */
    public CompletionStage<Optional<Account>> changeRole(
            FeedId id, Role role, AuditEntry audit, WriteSubmitter submitter) {
        return change(id, all -> ChangeAccount.changeRole(id, role), audit, submitter);
    }

    /** Disables the account; false if there is no such account. */
    public CompletionStage<Boolean> disable(FeedId id, AuditEntry audit, WriteSubmitter submitter) {
        return change(id, all -> ChangeAccount.disable(id, all), audit, submitter)
                .thenApply(Optional::isPresent);
    }

    public CompletionStage<Registration> register(FeedId id, Optional<Role> role, AuditEntry audit) {
        return register(id, role, audit, events::submit);
    }

    public CompletionStage<Optional<Registration>> rotate(FeedId id, Duration overlap, AuditEntry audit) {
        return rotate(id, overlap, audit, events::submit);
    }

    public CompletionStage<Boolean> disable(FeedId id, AuditEntry audit) {
        return disable(id, audit, events::submit);
    }

    /** Makes a change after which the account's connections must end; empty if there is no such account. */
    private CompletionStage<Optional<Account>> change(
            FeedId id, Function<Optional<Feed>, ChangeAccount> change, AuditEntry audit, WriteSubmitter submitter) {
        return find(id).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return allDevices(id)
                    .thenCompose(all -> submitter.submit(audit.with(change.apply(all), Optional::isPresent)))
                    .thenApply(changed -> {
                        Optional<Account> account =
                                changed.map(stored -> toAccount(found.get().feed(), stored));
                        account.ifPresent(this::notifyRevoked);
                        return account;
                    });
        });
    }

    /** The feed of the group of all devices, which the account of a device belongs to; empty for a partner. */
    private CompletionStage<Optional<Feed>> allDevices(FeedId account) {
        return account.device().isPresent()
                ? events.feed(FeedId.ALL_DEVICES).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty());
    }

    /** The account, disabled or not; empty if there is none. */
    public CompletionStage<Optional<Account>> find(FeedId id) {
        Account cached = byId.getIfPresent(id);
        if (cached != null) {
            return CompletableFuture.completedFuture(Optional.of(cached.at(events.steadyMillis())));
        }
        return ids.find(id).thenApply(found -> found.map(account -> account.at(events.steadyMillis())));
    }

    /**
     * Up to {@code limit} devices, disabled or not, with ids after {@code after}, by id; from the first if it is empty.
     */
    public CompletionStage<List<Account>> devices(Optional<DeviceId> after, int limit) {
        String from = after.map(id -> FeedId.ofDevice(id).path()).orElse("");
        return events.onReader(() -> withFeeds(store.devices(from, limit)));
    }

    /** Up to {@code limit} operators, disabled or not, with ids after that of {@code after}, by id. */
    public CompletionStage<List<Account>> operators(Optional<FeedId> after, int limit) {
        String from = after.map(FeedId::path).orElse("");
        return events.onReader(() -> withFeeds(store.operators(from, limit)).stream()
                .map(account -> account.at(events.steadyMillis()))
                .toList());
    }

    /** Whether there is an enabled account of this name with this secret. */
    public CompletionStage<Boolean> authenticate(FeedId id, byte[] secret) {
        // hashed first: an id that is not known costs as much as a wrong secret
        Secret given = Secret.of(secret);
        return find(id).thenApply(found ->
                found.filter(account -> isAccepted(account, given)).isPresent());
    }

    /** The enabled account with this secret; empty if there is none. */
    public CompletionStage<Optional<Account>> findBySecret(Secret secret) {
        FeedId cached = bySecret.getIfPresent(secret);
        CompletionStage<Optional<Account>> found = cached != null
                ? find(cached)
                : secrets.find(secret).thenApply(loaded -> loaded.map(account -> account.at(events.steadyMillis())));
        return found.thenApply(candidate -> candidate.filter(account -> isAccepted(account, secret)));
    }

    private boolean isAccepted(Account account, Secret given) {
        if (!account.accepts(given)) {
            return false;
        }
        account.old().filter(old -> old.secret().matches(given)).ifPresent(old -> {
            oldSecretEnds.add(account.id(), old);
            oldSecretListeners.forEach(listener -> listener.accept(account.id(), old));
        });
        return true;
    }

    /**
     * Notifies the listeners of the accounts whose old secrets have ended since the last call. To be called often, so
     * that connections with an old secret end soon after it.
     */
    public void endOldSecrets() {
        for (OldSecretEnds.End end : oldSecretEnds.takeEnded(events.steadyMillis())) {
            CompletionStage<Void> unused = find(end.account()).handle((account, failure) -> {
                if (failure != null) {
                    oldSecretEnds.add(end);
                    faults.warn("connections of " + end.account() + " with its old secret go on", failure);
                } else {
                    account.ifPresent(this::notifyRevoked);
                }
                return null;
            });
        }
    }

    private Map<FeedId, Account> loadByIds(List<FeedId> wanted) {
        return load(() -> store.find(wanted)).stream().collect(Collectors.toMap(Account::id, account -> account));
    }

    private Map<Secret, Account> loadBySecrets(List<Secret> wanted) {
        List<byte[]> digests = wanted.stream().map(Secret::digest).toList();
        Map<Secret, Account> found = new HashMap<>();
        for (Account account : load(() -> store.bySecret(digests))) {
            found.put(account.secret(), account);
            account.old().ifPresent(old -> found.put(old.secret(), account));
        }
        return found;
    }

    private List<Account> load(Supplier<List<StoredAccount>> query) {
        long changesBefore = changes.get();
        List<Account> found = withFeeds(query.get());
        for (Account account : found) {
            // must not replace a newer account that a change has put there meanwhile
            boolean isKept = byId.asMap().putIfAbsent(account.id(), account) == null;
            putSecrets(account);
            if (isKept && changes.get() != changesBefore) {
                byId.asMap()
                        .remove(
                                account.id(),
                                account); // a newer one may have been in the cache, and have been evicted again
            }
        }
        return found;
    }

    private void putSecrets(Account account) {
        bySecret.put(account.secret(), account.id());
        account.old().ifPresent(old -> bySecret.put(old.secret(), account.id()));
    }

    private List<Account> withFeeds(List<StoredAccount> stored) {
        // all feeds with one query
        Map<FeedId, Feed> feeds = events
                .feeds(stored.stream().map(StoredAccount::id).toList())
                .stream()
                .collect(Collectors.toMap(Feed::id, feed -> feed));
        List<Account> accounts = new ArrayList<>(stored.size());
        for (StoredAccount account : stored) {
            Feed feed = feeds.get(account.id());
            if (feed != null) { // every account has a feed, which is created with it
                accounts.add(toAccount(feed, account));
            }
        }
        return accounts;
    }

    private static Account toAccount(Feed feed, StoredAccount stored) {
        return new Account(
                feed,
                Secret.ofDigest(stored.secretDigest()),
                stored.old(),
                stored.role(),
                Instant.ofEpochMilli(stored.createdMillis()),
                stored.disabled());
    }

    /** Updates the caches on the log's writer's thread, before the caller of a change gets its result. */
    private final class CacheUpdates implements FeedListener {
        @Override
        public void recordsChanged(Records records) {
            Collection<@Nullable StoredAccount> changed =
                    records.of(AccountStore.ACCOUNTS).values();
            if (!changed.isEmpty()) {
                changes.incrementAndGet();
                changed.stream().filter(Objects::nonNull).forEach(this::update);
            }
        }

        private void update(StoredAccount stored) {
            stored.old().ifPresent(old -> oldSecretEnds.add(stored.id(), old));
            Feed feed = events.inMemory(stored.id());
            if (feed == null) {
                byId.invalidate(stored.id());
            } else {
                Account account = toAccount(feed, stored);
                byId.put(account.id(), account);
                putSecrets(account);
            }
        }
    }

    private void notifyRevoked(Account account) {
        for (Consumer<Account> listener : revocationListeners) {
            try {
                listener.accept(account);
            } catch (RuntimeException e) { // the change is made, and the other listeners must be notified of it
                log.error("a listener failed for {}", account.id(), e);
            }
        }
    }
}
