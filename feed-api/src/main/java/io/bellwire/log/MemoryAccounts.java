package io.bellwire.log;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Accounts in plain collections, by the name of the feed and by its number. Thread-safe. */
final class MemoryAccounts {
    private final TreeMap<String, Account> byName = new TreeMap<>();
    private final TreeMap<Integer, Account> byNo = new TreeMap<>();

    synchronized Map<FeedId, Account> load(Collection<FeedId> ids) {
        Map<FeedId, Account> found = new HashMap<>();
        for (FeedId id : ids) {
            Account account = byName.get(id.path());
            if (account != null) {
                found.put(id, account);
            }
        }
        return found;
    }

    synchronized void store(Group group) {
        for (Account account : group.accounts().values()) {
            byName.put(account.id().path(), account);
            byNo.put(account.feedNo(), account);
        }
    }

    synchronized List<Account> bySecret(Collection<byte[]> digests) {
        return byName.values().stream()
                .filter(account -> digests.stream().anyMatch(digest -> Arrays.equals(digest, account.secretDigest())))
                .toList();
    }

    synchronized List<Account> devices(String after, int limit) {
        return byName.tailMap(after, false).values().stream()
                .filter(account -> account.id().device().isPresent())
                .limit(limit)
                .toList();
    }

    /** Up to {@code limit} devices, by number after {@code afterNo}, that events to all devices are for. */
    synchronized List<Account> enabledDevices(int afterNo, int limit) {
        return byNo.tailMap(afterNo, false).values().stream()
                .filter(Account::isEnabledDevice)
                .limit(limit)
                .toList();
    }
}
