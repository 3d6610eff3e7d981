package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All accounts in memory: by the name of their feed, by secret, and devices by feed number. Thread-safe; one thread at
 * a time writes.
 */
final class AccountTable implements AccountStore {
    private final ConcurrentSkipListMap<String, StoredAccount> byFeedName = new ConcurrentSkipListMap<>();
    private final Map<ByteBuffer, StoredAccount> bySecret = new ConcurrentHashMap<>();
    /** By feed number. Without a lock: a look at all devices of a large fleet must not hold up the writer. */
    private final ConcurrentSkipListMap<Integer, StoredAccount> devices = new ConcurrentSkipListMap<>();

    void put(StoredAccount account) {
        StoredAccount before = byFeedName.put(account.id().path(), account);
        Set<ByteBuffer> digests = digests(account);
        digests.forEach(digest -> bySecret.put(digest, account));
        if (before != null) {
            for (ByteBuffer digest : digests(before)) {
                if (!digests.contains(digest)) {
                    bySecret.remove(digest);
                }
            }
        }
        if (account.id().device().isPresent()) {
            devices.put(account.feedNumber().value(), account);
        }
    }

    /**
     * The digests of its secrets. That they are compared in variable time shows nothing: they are SHA-256 of what a
     * caller sends, and nobody can choose a text whose digest begins as another one does.
     */
    private static Set<ByteBuffer> digests(StoredAccount account) {
        Set<ByteBuffer> digests = new HashSet<>();
        digests.add(ByteBuffer.wrap(account.secretDigest()));
        account.old().ifPresent(old -> digests.add(ByteBuffer.wrap(old.secret().digest())));
        return digests;
    }

    @Nullable StoredAccount get(FeedId id) {
        return byFeedName.get(id.path());
    }

    @Override
    public List<StoredAccount> find(Collection<FeedId> ids) {
        List<StoredAccount> found = new ArrayList<>();
        for (FeedId id : ids) {
            StoredAccount account = get(id);
            if (account != null) {
                found.add(account);
            }
        }
        return found;
    }

    @Override
    public List<StoredAccount> bySecret(Collection<byte[]> digests) {
        List<StoredAccount> found = new ArrayList<>();
        for (byte[] digest : digests) {
            StoredAccount account = bySecret.get(ByteBuffer.wrap(digest));
            if (account != null) {
                found.add(account);
            }
        }
        return found;
    }

    @Override
    public List<StoredAccount> devices(String after, int limit) {
        return accounts("devices/", after, limit);
    }

    @Override
    public List<StoredAccount> partners(String after, int limit) {
        return accounts("partners/", after, limit);
    }

    @Override
    public List<StoredAccount> operators(String after, int limit) {
        return accounts("operators/", after, limit);
    }

    private List<StoredAccount> accounts(String prefix, String after, int limit) {
        return byFeedName.tailMap(after.isEmpty() ? prefix : after, false).entrySet().stream()
                .takeWhile(account -> account.getKey().startsWith(prefix))
                .limit(limit)
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * Up to {@code limit} enabled devices with feed numbers after {@code afterFeedNumber}, by number, that receive the
     * event with this revision of {@link FeedId#ALL_DEVICES}.
     */
    List<StoredAccount> enabledDevices(int afterFeedNumber, long revision, int limit) {
        List<StoredAccount> page = new ArrayList<>();
        for (StoredAccount device : devices.tailMap(afterFeedNumber, false).values()) {
            if (page.size() == limit) {
                break;
            }
            if (!device.disabled() && device.since().value() < revision) {
                page.add(device);
            }
        }
        return page;
    }

    /** How many devices {@link #enabledDevices} would give without a limit. Takes no lock. */
    int countEnabledDevices(int afterFeedNumber, long revision) {
        int count = 0;
        for (StoredAccount device : devices.tailMap(afterFeedNumber, false).values()) {
            if (!device.disabled() && device.since().value() < revision) {
                count++;
            }
        }
        return count;
    }
}
