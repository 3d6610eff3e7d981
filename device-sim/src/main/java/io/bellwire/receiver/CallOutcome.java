package io.bellwire.receiver;

import java.util.Locale;

/** What became of one call. */
public enum CallOutcome {
    /** Answered with the challenge's value. */
    CHALLENGE,
    /** A test event, or another that needs no work. */
    TEST,
    /** A signal, or changes without data: the feed is read. */
    NOTIFIED,
    /** At least one change was applied. */
    APPLIED,
    /** All of it had been applied before. */
    REPEATED,
    /** Not a call of the sender, as far as can be seen: no valid signature, or an old one. */
    REFUSED,
    /** Signed, but not what the contract says. */
    MALFORMED,
    /** What was applied could not be kept. */
    NOT_KEPT,
    FAILED,
    LIED,
    FALSELY_FAILED,
    DROPPED,
    STATUS,
    TOO_LARGE,
    /** Answered with 429. */
    BUSY,
    /** Answered with 429 again, as it arrived before the time that the last 429 named. */
    EARLY;

    /** The name in totals, for example {@code falsely-failed}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
