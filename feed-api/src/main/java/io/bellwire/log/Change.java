package io.bellwire.log;

/** One event as one feed sees it. Immutable. */
public record Change(long revision, Event event) {}
