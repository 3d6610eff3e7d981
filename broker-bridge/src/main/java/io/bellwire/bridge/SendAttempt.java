package io.bellwire.bridge;

import io.bellwire.log.Revision;
import io.bellwire.route.SignalRule;
import io.bellwire.runtime.Scheduler;

/**
 * One signal on its way to a channel, until the channel says what became of it.
 *
 * @param ticket tells attempts on one channel apart
 * @param rule how much the signal carries, and when it expires
 * @param after the revision before the first change that the signal lists, if it lists any
 * @param tooLong whether to list nothing though the rule allows it, because the last signal could not be sent
 * @param newsSinceNanos since when the reader has waited for this signal; {@link Scheduler#NEVER_NANOS} if unknown
 */
record SendAttempt(
        long ticket, Kind kind, Signal signal, SignalRule rule, Revision after, boolean tooLong, long newsSinceNanos) {
    /** The longest message that may list changes, in bytes. */
    int bytesMax() {
        return tooLong ? 0 : rule.bytesMax();
    }

    /** Why a signal is sent. */
    enum Kind {
        /** The channel has just opened. */
        GREETING,
        /** The feed has grown. */
        NEWS,
        /** The reader was signalled, and has not read. */
        REMINDER
    }
}
