package io.bellwire.log;

/** Where an event is in one feed. Immutable. */
public record Place(int feedNo, long revision) {}
