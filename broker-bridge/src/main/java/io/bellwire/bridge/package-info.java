/**
 * The bridge from the log to whatever rings: which lines are open, how far the reader at the end of each is behind, and
 * when each is rung. It remembers open lines alone. None is open when a server starts, so there is no sweep of the log at
 * the start: a feed is looked up when a line of it opens, many in one query, and that is how the bridge learns of what
 * was committed before it lived. A line is registered first and its feed looked up second, so that no commit falls
 * between. What is rung on one line, and when, is decided by {@link io.bellwire.bridge.SignalState}, which is plain data
 * without threads or clocks; {@link io.bellwire.bridge.Bridge} gives it events, time and a line.
 */
@NullMarked
package io.bellwire.bridge;

import org.jspecify.annotations.NullMarked;
