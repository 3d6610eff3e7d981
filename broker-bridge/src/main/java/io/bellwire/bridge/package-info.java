/**
 * The bridge from the log to the broker: who is connected, how far each of them is behind, and when each is rung. It
 * remembers connected devices alone. The broker has nobody connected when a server starts, so there is no sweep of the
 * log at the start: each device is looked up when it subscribes, many in one query, and that is how the bridge learns
 * of what was committed before it lived. A device is registered first and looked up second, so that no commit falls
 * between. What one device is to hear, and when, is decided by {@link io.bellwire.bridge.Doorbell}, which is plain data
 * without threads or clocks; {@link io.bellwire.bridge.Bridge} gives it events, time and a broker.
 */
@NullMarked
package io.bellwire.bridge;

import org.jspecify.annotations.NullMarked;
