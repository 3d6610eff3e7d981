package io.bellwire.feed;

import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import java.util.List;
import java.util.function.Function;

/**
 * The result of reading a feed from a cursor: a page to apply, or a reset because the feed cannot be continued from the
 * cursor.
 */
public sealed interface FeedRead {
    /** Applies the function of the two that is for this kind of result. */
    <T> T fold(Function<Page, T> page, Function<Reset, T> reset);

    /**
     * Changes to apply.
     *
     * @param changes consecutive changes, the first one right after the cursor that was asked for; may be empty
     * @param next the cursor to read the next page from
     * @param head the cursor of the feed's newest change when this page was made
     * @param isFull whether the page ended because of a limit; a full page never changes
     */
    record Page(List<Change> changes, Cursor next, Cursor head, boolean isFull) implements FeedRead {
        public Page {
            changes = List.copyOf(changes);
        }

        /** Whether the page ends at the feed's head. */
        public boolean isUpToDate() {
            return !next.revision().isBefore(head.revision());
        }

        @Override
        public <T> T fold(Function<Page, T> page, Function<Reset, T> reset) {
            return page.apply(this);
        }
    }

    /**
     * The feed cannot be continued from the cursor; the reader must load the state anew.
     *
     * @param earliest the first cursor that the feed can be continued from
     */
    record Reset(Reason reason, Cursor earliest) implements FeedRead {
        @Override
        public <T> T fold(Function<Page, T> page, Function<Reset, T> reset) {
            return reset.apply(this);
        }
    }

    /** Why a feed cannot be continued from a cursor. */
    enum Reason {
        /** The cursor belongs to another feed, or to another epoch of this one. */
        EPOCH_CHANGED("epoch-changed"),
        /** The changes after the cursor are no longer kept. */
        BEFORE_RETENTION("before-retention"),
        /** The cursor is after the head: the log has lost its end. */
        AHEAD_OF_LOG("ahead-of-log"),
        /**
         * The cursor's change is not the one that the log has at its revision: the log has lost its end and has grown
         * again.
         */
        CURSOR_NOT_IN_LOG("cursor-not-in-log");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The name on the wire. */
        public String text() {
            return text;
        }
    }
}
