package io.bellwire.device;

/** How much a signal's message carries, from the least to the most. */
public enum SignalTier {
    /** The feed's head. */
    SIGNAL,
    /** Also a list of the newest changes, without their data. */
    EVENT,
    /** Also the newest changes themselves. */
    FULL
}
