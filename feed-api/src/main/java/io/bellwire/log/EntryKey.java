package io.bellwire.log;

/** The revision of an event in one feed. Immutable. */
public record EntryKey(FeedNumber feedNumber, Revision revision) {}
