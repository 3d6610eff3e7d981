package io.bellwire.soak;

/** What a step does to the server or a device. */
public enum ServerAction {
    /** Kills the server with -9 and starts it again. */
    KILL,
    /** Stops the server gracefully and starts it again. */
    RESTART,
    /** Backs up the data folder of the running server, checks the copy, restores it, and compares the two. */
    BACKUP,
    CLOCK_AN_HOUR_ON,
    CLOCK_AN_HOUR_BACK,
    CLOCK_THIRTY_DAYS_ON,
    CLOCK_THIRTY_DAYS_BACK,
    /** Advances both clocks of the server by two minutes at once. */
    PRESS_TIME,
    /** Stops one device, and one partner's receiver, for longer than their changes are kept. */
    LEAVE_ONE_BEHIND,
    /** Starts both again. */
    FETCH_IT_BACK;

    /** Whether the server's process ends, and another begins. */
    boolean endsProcess() {
        return this == KILL || this == RESTART;
    }
}
