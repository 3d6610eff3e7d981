package io.bellwire.feed;

import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import java.util.List;
import java.util.function.Function;

/** What reading a feed from a cursor gives: a page to apply, or the news that the cursor cannot be continued. */
public sealed interface FeedRead {
    /** Gives this to the one of the two that it is. */
    <T> T fold(Function<Page, T> page, Function<Reset, T> reset);

    /**
     * Changes to apply, and where to go on.
     *
     * @param changes consecutive, the first one right after the cursor that was asked for; may be empty
     * @param next where to go on from
     * @param head the newest change of the feed as this page was made
     * @param isFull whether the page ended because of a limit: such a page is the same for ever
     */
    record Page(List<Change> changes, Cursor next, Cursor head, boolean isFull) implements FeedRead {
        public Page {
            changes = List.copyOf(changes);
        }

        /** Whether the page ends at the feed's head. */
        public boolean isUpToDate() {
            return next.revision() >= head.revision();
        }

        @Override
        public <T> T fold(Function<Page, T> page, Function<Reset, T> reset) {
            return page.apply(this);
        }
    }

    /**
     * The cursor cannot be continued: get the state anew.
     *
     * @param earliest the first cursor that can be continued
     */
    record Reset(Reason reason, Cursor earliest) implements FeedRead {
        @Override
        public <T> T fold(Function<Page, T> page, Function<Reset, T> reset) {
            return reset.apply(this);
        }
    }

    /** Why a cursor cannot be continued. */
    enum Reason {
        /** It belongs to another feed, or to another life of this one. */
        EPOCH_CHANGED("epoch-changed"),
        /** The changes that follow it are not kept any more. */
        BEFORE_RETENTION("before-retention"),
        /** It is past the head: the log has lost its end. */
        AHEAD_OF_LOG("ahead-of-log"),
        /** The change that it stands at is not the one that the log has there: the log has lost its end and grown again. */
        CURSOR_NOT_IN_LOG("cursor-not-in-log");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** As the wire contract spells it. */
        public String text() {
            return text;
        }
    }
}
