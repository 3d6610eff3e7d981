package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.bridge.VirtualTime;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was read of a feed counts only if it begins where it was asked for. */
class FeedViewTest {
    private static final FeedId ACME = FeedId.ofPartner("acme");

    private final StubEndpointFeed feed = new StubEndpointFeed(new VirtualTime());
    private final FeedView view = new FeedView(Optional.empty());

    FeedViewTest() {
        for (int i = 0; i < 10; i++) {
            feed.append(ACME, StubEndpointFeed.CREATED, DeliveryFixture.ORDER_7, "{}");
        }
    }

    private FeedSlice slice(long after, int limit) {
        return Objects.requireNonNull(feed.recent(ACME, new Revision(after), limit, 1 << 20));
    }

    private boolean loaded(long after, FeedSlice slice) {
        view.loading(new DeliveryStep.Load(new Revision(after), 5, 1 << 20));
        assertTrue(view.isLoading());
        boolean isUsable = view.loaded(slice);
        assertFalse(view.isLoading());
        return isUsable;
    }

    /** A slice whose feed says that it has all its changes, though the store has not. */
    private FeedSlice without(FeedSlice slice, int changes) {
        return new FeedSlice(
                slice.head(),
                slice.read(),
                slice.processed(),
                slice.earliest(),
                slice.changes().subList(changes, slice.changes().size()));
    }

    @Test
    void sliceMustBeginWithTheChangeThatWasAskedFor() {
        assertTrue(loaded(4, slice(4, 3)));
        assertFalse(loaded(4, slice(5, 3)));
        assertFalse(loaded(4, slice(3, 3)));
        assertFalse(loaded(4, without(slice(4, 3), 1)));
    }

    @Test
    void sliceWithoutChangesMustBeAskedForTheHead() {
        assertTrue(loaded(10, slice(10, 3)));
        assertTrue(loaded(12, slice(12, 3)));
        assertFalse(loaded(4, without(slice(4, 3), 3)));
    }

    @Test
    void sliceBeginsWhereRetentionEnds() {
        feed.of(ACME).earliest = 6;
        assertTrue(loaded(4, slice(4, 3)));
        assertFalse(loaded(4, without(slice(4, 3), 1)));
        feed.of(ACME).earliest = 10;
        assertTrue(loaded(4, slice(4, 3)));
    }

    @Test
    void sliceHasNothingBeforeItsFirstChangeAndNothingAfterItsLast() {
        FeedSlice slice = slice(4, 3);
        assertFalse(slice.hasFrom(new Revision(4)));
        assertTrue(slice.hasFrom(new Revision(5)));
        assertTrue(slice.hasFrom(new Revision(7)));
        assertFalse(slice.hasFrom(new Revision(8)));
        assertEquals(
                List.of(6L, 7L),
                slice.from(new Revision(6)).stream()
                        .map(change -> change.revision().value())
                        .toList());
        assertEquals(
                1,
                Objects.requireNonNull(slice.between(new Revision(6), new Revision(6)))
                        .size());
        assertNull(slice.between(new Revision(6), new Revision(8)));
    }

    @Test
    void positionsNeverMoveBack() {
        view.moved(7, 3, 5);
        view.moved(6, 2, 4);
        assertEquals(7, view.head());
        assertEquals(5, view.read()); // who has processed it has read it
        assertEquals(5, view.processed());
        assertEquals(2, view.pending());
    }
}
