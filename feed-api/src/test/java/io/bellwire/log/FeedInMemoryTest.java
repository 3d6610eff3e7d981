package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A feed in memory: its newest changes, its positions, and that there is one object of it. */
class FeedInMemoryTest {
    private static final Epoch EPOCH = new Epoch("k3v9x2m4qd");
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Feed grill = feed(LogStoreFixture.GRILL, Position.START);
    private final List<Change> published = new ArrayList<>();

    private static Feed feed(FeedId id, Position head) {
        return new Feed(new FeedNumber(1), id, EPOCH, head, Position.START, Position.START, Position.START);
    }

    private static Event event(long number) {
        return new Event(new EventNumber(number), 0, LogStoreFixture.json("steak-" + number), null);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            Event event = event(published.size() + 1L);
            Position next = grill.headPosition().next(event);
            Change change = new Change(next.revision(), event, next.chain());
            published.add(change);
            grill.publish(change);
        }
    }

    private Position position(int revision) {
        return revision == 0 ? Position.START : published.get(revision - 1).position();
    }

    private void expectInMemory(int oldest) {
        for (int after = 0; after <= published.size(); after++) {
            List<Change> recent = grill.recent(new Revision(after), 100, NO_LIMIT);
            if (after + 1 < oldest) {
                assertNull(recent, "after " + after);
            } else {
                assertEquals(published.subList(after, published.size()), recent, "after " + after);
            }
        }
        for (int revision = 1; revision <= published.size(); revision++) {
            Event event = revision < oldest ? null : published.get(revision - 1).event();
            assertSame(event, grill.recentAt(new Revision(revision)), "at " + revision);
        }
        assertNull(grill.recentAt(new Revision(published.size() + 1)));
    }

    @Test
    void newestChangesAreInMemoryHoweverManyComeAndGo() {
        publish(3);
        int oldest = 1;
        for (int round = 0; round < 40; round++) {
            grill.evict(published.get(oldest - 1).event());
            oldest++;
            expectInMemory(oldest);
            publish(round % 3 + 1);
            expectInMemory(oldest);
        }
    }

    @Test
    void feedWhoseMemoryWasFreedGoesOn() {
        publish(100);
        published.forEach(change -> grill.evict(change.event()));
        expectInMemory(101);

        publish(5);

        expectInMemory(101);
        grill.evict(published.get(100).event());
        expectInMemory(102);
    }

    @Test
    void onlyTheOldestChangeIsDropped() {
        grill.evict(event(1)); // nothing is there
        publish(2);

        grill.evict(published.get(1).event());

        expectInMemory(1);
        grill.evict(published.get(0).event());
        grill.evict(published.get(0).event());
        expectInMemory(2);
    }

    @Test
    void pageFromMemoryEndsByItsLimitAndByItsBytesButHasOneChange() {
        publish(5);
        int bytes = published.get(0).event().json().length();

        assertEquals(published.subList(1, 3), grill.recent(new Revision(1), 2, NO_LIMIT));
        assertEquals(published.subList(1, 3), grill.recent(new Revision(1), 9, 2L * bytes));
        assertEquals(published.subList(1, 2), grill.recent(new Revision(1), 9, 2L * bytes - 1));
        assertEquals(published.subList(1, 2), grill.recent(new Revision(1), 9, 0));
        assertEquals(List.of(), grill.recent(new Revision(5), 9, NO_LIMIT));
        assertEquals(List.of(), grill.recent(new Revision(7), 9, NO_LIMIT), "ahead of the head");
    }

    /** As on PostgreSQL, after another process has written to the feed. */
    @Test
    void changeThatDoesNotFollowTheHeadLeavesNoHoleInMemory() {
        publish(10);
        Change later = new Change(new Revision(13), event(13), 4_711);

        grill.publish(later);

        assertEquals(new Revision(13), grill.head());
        assertNull(grill.recent(new Revision(11), 9, NO_LIMIT));
        assertEquals(List.of(later), grill.recent(new Revision(12), 9, NO_LIMIT));
        assertNull(grill.recentAt(new Revision(10)));
        assertEquals(OptionalInt.empty(), grill.chainAt(new Revision(12)));
        assertEquals(OptionalInt.of(4_711), grill.chainAt(new Revision(13)));
    }

    @Test
    void chainsAreKnownInMemoryAtBothEndsOfTheFeedAndBeforeWhatIsInMemory() {
        publish(5);
        grill.evict(published.get(0).event());
        grill.evict(published.get(1).event());

        for (int revision = 0; revision <= 6; revision++) {
            boolean isKnown = revision != 1 && revision != 6;
            assertEquals(
                    isKnown ? OptionalInt.of(position(revision).chain()) : OptionalInt.empty(),
                    grill.chainAt(new Revision(revision)),
                    "at " + revision);
        }
        grill.dropUpTo(position(1));
        assertEquals(OptionalInt.of(position(1).chain()), grill.chainAt(new Revision(1)));
    }

    @Test
    void feedThatWasOpenedAgainKnowsTheChainOfItsHead() {
        publish(3);
        Feed reopened = feed(LogStoreFixture.GRILL, position(3));

        assertEquals(OptionalInt.of(position(3).chain()), reopened.chainAt(new Revision(3)));
        Change next = new Change(new Revision(4), event(4), 7);
        reopened.publish(next);
        assertEquals(OptionalInt.of(position(3).chain()), reopened.chainAt(new Revision(3)));
        assertEquals(List.of(next), reopened.recent(new Revision(3), 9, NO_LIMIT));
    }

    @Test
    void retentionDropsChangesFromMemoryAndNeverGoesBack() {
        publish(6);

        grill.dropUpTo(position(4));
        grill.dropUpTo(position(2));

        assertEquals(position(4), grill.earliest());
        assertEquals(new Revision(5), grill.first());
        expectInMemory(5);
        grill.dropUpTo(position(6));
        expectInMemory(7);
    }

    /** As on PostgreSQL, after another process has written to the feed and deleted of it. */
    @Test
    void retentionOfChangesThatThisProcessHasNotSeenLeavesNothingInMemory() {
        publish(2);

        grill.dropUpTo(new Position(new Revision(7), 4_711));

        assertEquals(new Revision(8), grill.first());
        assertEquals(List.of(), grill.recent(new Revision(2), 9, NO_LIMIT));
        assertNull(grill.recentAt(new Revision(2)));
        Change next = new Change(new Revision(8), event(8), 7);
        grill.publish(next);
        assertEquals(List.of(next), grill.recent(new Revision(7), 9, NO_LIMIT));
    }

    @Test
    void positionsOfTheReaderOnlyMoveForwardsAndWhatIsProcessedWasReceived() {
        publish(5);

        assertTrue(grill.markReceived(position(2)));
        assertFalse(grill.markReceived(position(2)));
        assertFalse(grill.markReceived(position(1)));
        assertEquals(new Revision(2), grill.received());
        assertEquals(Revision.NONE, grill.processed());

        assertTrue(grill.markProcessed(position(4)));
        assertFalse(grill.markProcessed(position(4)));
        assertFalse(grill.markProcessed(position(3)));
        assertEquals(position(4), grill.processedPosition());
        assertEquals(position(4), grill.receivedPosition());
        assertEquals(new Cursor(EPOCH, position(4)), grill.cursor(position(4)));
    }

    @Test
    void feedIsOneObjectWhicheverThreadFindsItFirstInTheStore() {
        FeedCache feeds = new FeedCache();

        assertSame(grill, feeds.keep(grill));

        Feed again = feed(LogStoreFixture.GRILL, Position.START);
        assertSame(grill, feeds.keep(again));
        assertSame(grill, feeds.get(LogStoreFixture.GRILL));
        assertSame(grill, resolved(feeds, again, Set.of()).get(LogStoreFixture.GRILL));
        Feed fryer = feed(LogStoreFixture.FRYER, Position.START);
        assertSame(fryer, resolved(feeds, fryer, Set.of()).get(LogStoreFixture.FRYER));
        assertSame(fryer, feeds.get(LogStoreFixture.FRYER), "it was in the store");
        assertEquals(2, feeds.all().size());
    }

    @Test
    void feedThatABatchCreatesIsKnownOnceTheBatchIsDurable() {
        FeedCache feeds = new FeedCache();
        Set<FeedId> created = Set.of(LogStoreFixture.GRILL);

        Map<FeedId, Feed> resolved = resolved(feeds, grill, created);

        assertSame(grill, resolved.get(LogStoreFixture.GRILL));
        assertNull(feeds.get(LogStoreFixture.GRILL));
        Feed foundByAReader = feed(LogStoreFixture.GRILL, Position.START);
        assertSame(grill, feeds.keep(foundByAReader), "the batch is in the store, and not published yet");

        FeedCache others = new FeedCache();
        assertNotNull(resolved(others, grill, created));
        others.notCreated();
        assertSame(foundByAReader, others.keep(foundByAReader));
        FeedCache published = new FeedCache();
        BatchInput input = published.resolve(input(grill, created), created);
        published.created(new WriteBatch(input, Instant.EPOCH));
        assertSame(grill, published.get(LogStoreFixture.GRILL));
    }

    /** A batch of writes ends by this count, and looks up only what is not in memory. */
    @Test
    void feedsThatABatchNeedsAreCountedAndLookedUpOnlyIfTheyAreNotInMemory() {
        Feed oven = feed(new FeedId("devices/oven"), Position.START);
        FeedCache feeds = new FeedCache();
        assertSame(grill, feeds.keep(grill));

        BatchNeeds needs = new BatchNeeds()
                .feed(oven)
                .feeds(List.of(oven, oven))
                .name(LogStoreFixture.GRILL)
                .name(LogStoreFixture.FRYER);
        BatchNeeds resolved = needs.resolvedBy(feeds);

        assertEquals(5, needs.feedCount());
        assertEquals(Set.of(LogStoreFixture.FRYER), resolved.names());
        assertEquals(Set.of(oven, grill), resolved.withFeeds(List.of()));
        assertEquals(Set.of(oven), needs.withFeeds(List.of()));
    }

    private static Map<FeedId, Feed> resolved(FeedCache feeds, Feed loaded, Set<FeedId> created) {
        return feeds.resolve(input(loaded, created), Set.of(loaded.id())).feeds();
    }

    private static BatchInput input(Feed loaded, Set<FeedId> created) {
        return new BatchInput(new EventNumber(1), Map.of(loaded.id(), loaded), created, Map.of(), new Records());
    }
}
