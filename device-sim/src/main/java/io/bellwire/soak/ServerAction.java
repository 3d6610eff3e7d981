package io.bellwire.soak;

/** What is done to the server in the middle of a phase. */
public enum ServerAction {
    /** Ends it with -9 and starts it again. */
    KILL,
    /** Stops it gracefully and starts it again. */
    RESTART,
    /** Backs up its data folder while it works, checks the copy, restores it, and compares the two. */
    BACKUP,
    CLOCK_AN_HOUR_ON,
    CLOCK_AN_HOUR_BACK,
    CLOCK_THIRTY_DAYS_ON,
    CLOCK_THIRTY_DAYS_BACK,
    /** Has two minutes pass at once, for all that the server measures time by. */
    PRESS_TIME,
    /** One device goes away, for so long that its changes are kept no more. */
    LEAVE_ONE_BEHIND,
    /** That device comes back. */
    FETCH_IT_BACK
}
