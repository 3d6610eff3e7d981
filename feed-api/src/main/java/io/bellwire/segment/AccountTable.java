package io.bellwire.segment;

import io.bellwire.log.Account;
import io.bellwire.log.FeedId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All accounts, in memory: by name, by secret, and the devices by number. Thread-safe; one thread at a time writes. */
final class AccountTable {
    private final ConcurrentSkipListMap<String, Account> byName = new ConcurrentSkipListMap<>();
    private final Map<ByteBuffer, Account> bySecret = new ConcurrentHashMap<>();
    private final TreeMap<Integer, Account> devices = new TreeMap<>();

    void put(Account account) {
        Account before = byName.put(account.id().path(), account);
        bySecret.put(ByteBuffer.wrap(account.secretDigest()), account);
        if (before != null && !ByteBuffer.wrap(before.secretDigest()).equals(ByteBuffer.wrap(account.secretDigest()))) {
            bySecret.remove(ByteBuffer.wrap(before.secretDigest()));
        }
        if (account.id().device().isPresent()) {
            synchronized (devices) {
                devices.put(account.feedNo(), account);
            }
        }
    }

    @Nullable Account get(FeedId id) {
        return byName.get(id.path());
    }

    List<Account> bySecret(Collection<byte[]> digests) {
        List<Account> found = new ArrayList<>();
        for (byte[] digest : digests) {
            Account account = bySecret.get(ByteBuffer.wrap(digest));
            if (account != null) {
                found.add(account);
            }
        }
        return found;
    }

    /** Up to {@code limit} devices after {@code after}, by name. */
    List<Account> devices(String after, int limit) {
        List<Account> page = new ArrayList<>();
        for (Account account : byName.tailMap(after, false).values()) {
            if (page.size() == limit) {
                break;
            }
            if (account.id().device().isPresent()) {
                page.add(account);
            }
        }
        return page;
    }

    /**
     * Up to {@code limit} enabled devices with numbers after {@code afterNo}, by number, that an event to all devices with the
     * revision {@code revision} is for.
     */
    List<Account> enabledDevices(int afterNo, long revision, int limit) {
        List<Account> page = new ArrayList<>();
        synchronized (devices) {
            for (Account device : devices.tailMap(afterNo, false).values()) {
                if (page.size() == limit) {
                    break;
                }
                if (!device.disabled() && device.since() < revision) {
                    page.add(device);
                }
            }
        }
        return page;
    }
}
