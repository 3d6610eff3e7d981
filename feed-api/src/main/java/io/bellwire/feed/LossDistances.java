package io.bellwire.feed;

import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Looks up how near the readers of feeds are to losing changes: when retention takes the first change that a device or
 * partner has not processed. Every method blocks, and makes a fixed number of queries. Feeds that are not in memory are
 * not kept there. Thread-safe.
 */
public final class LossDistances {
    private static final String PARTNERS = "partners/";

    private final EventLog log;
    private final AccountStore accounts;
    private final Duration kept;
    private final LongSupplier nowMillis;

    /**
     * @param kept how long changes are kept
     * @param nowMillis the wall clock, as retention is given it, milliseconds since 1970
     */
    public LossDistances(EventLog log, AccountStore accounts, Duration kept, LongSupplier nowMillis) {
        this.log = log;
        this.accounts = accounts;
        this.kept = kept;
        this.nowMillis = nowMillis;
    }

    /**
     * How near one reader is to losing changes.
     *
     * @param leftMillis for how long the first change that is not processed is kept at least; empty if everything is
     *     processed, or if retention does not take that change as things are
     */
    public record LossDistance(FeedId feed, Revision head, Revision processed, OptionalLong leftMillis) {}

    /**
     * A part of all accounts.
     *
     * @param next what to pass for the next part; empty if this was the last one
     */
    public record Page(List<LossDistance> distances, Optional<String> next) {}

    /** Of those of the feeds whose accounts are enabled. */
    public List<LossDistance> of(Collection<FeedId> feeds) {
        return feeds.isEmpty() ? List.of() : distances(accounts.find(feeds));
    }

    /** Of up to {@code limit} devices or partners, after {@code after}; "" begins with the first. */
    public Page page(String after, int limit) {
        boolean isPartners = after.startsWith(PARTNERS);
        List<StoredAccount> page = isPartners
                ? accounts.partners(after.equals(PARTNERS) ? "" : after, limit)
                : accounts.devices(after, limit);
        Optional<String> next = Optional.empty();
        if (page.size() == limit) {
            next = Optional.of(page.get(page.size() - 1).id().path());
        } else if (!isPartners) {
            next = Optional.of(PARTNERS);
        }
        return new Page(distances(page), next);
    }

    private List<LossDistance> distances(List<StoredAccount> page) {
        List<FeedId> missing = new ArrayList<>();
        List<Feed> feeds = new ArrayList<>();
        for (StoredAccount account : page) {
            if (!account.disabled()) {
                Feed known = log.inMemory(account.id());
                if (known == null) {
                    missing.add(account.id());
                } else {
                    feeds.add(known);
                }
            }
        }
        if (!missing.isEmpty()) {
            feeds.addAll(log.store().feeds(missing));
        }
        Map<Feed, Revision> unread = new HashMap<>();
        for (Feed feed : feeds) {
            Revision first = Revision.max(feed.processed().next(), feed.first());
            if (!first.isAfter(feed.head())) {
                unread.put(feed, first);
            }
        }
        Map<Feed, Long> left =
                unread.isEmpty() ? Map.of() : log.store().keptMillis(unread, nowMillis.getAsLong(), kept);
        List<LossDistance> distances = new ArrayList<>();
        for (Feed feed : feeds) {
            Long millis = left.get(feed);
            distances.add(new LossDistance(
                    feed.id(),
                    feed.head(),
                    feed.processed(),
                    millis == null ? OptionalLong.empty() : OptionalLong.of(millis)));
        }
        return distances;
    }
}
