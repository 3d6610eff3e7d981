package io.bellwire.device;

/** How much a signal's message carries, from the least to the most. */
public enum SignalTier {
    /** That the feed has moved. */
    SIGNAL,
    /** Which changes it has moved by. */
    EVENT,
    /** The changes themselves. */
    FULL
}
