/**
 * Presence of devices: who is connected, by which doorbell, and when each device was last seen. The package decides
 * which connects and disconnects become events in the feed of operations. It does not hold connections, and signals do
 * not depend on it.
 *
 * <p>The path of a connection, beginning with {@link io.bellwire.presence.Presence}:
 *
 * <ol>
 *   <li>What holds a connection calls {@code Presence.connectionOpened} and {@code connectionClosed}: {@code serve} for
 *       MQTT and streams, {@code http.FeedEndpoint} for long polls. A plain request calls {@code seen}.
 *   <li>{@code PresenceTracker} updates the {@code DevicePresence} and computes when its next event is due. It is pure
 *       and gets the time as {@code ClockReading}; {@link io.bellwire.presence.PresenceOptions} say how long it waits.
 *   <li>Every 250 ms {@code Presence} takes the due {@code PresenceEvent}s and appends them with one
 *       {@code WritePresence}.
 *   <li>In each save interval {@code SaveLastSeen} saves the devices that have changed, and a checkpoint: the revision
 *       of the feed of operations up to which this is complete.
 *   <li>At the start {@code Presence} restores what was saved; {@code PresenceEventReader} reads the events after the
 *       checkpoint.
 * </ol>
 *
 * <p>To add a doorbell: a constant in {@code feed.DoorbellKind} (the order of the constants says which one is shown of
 * a device with several), calls of {@code connectionOpened} and {@code connectionClosed}, and its text in PROTOCOL.md.
 * To add a member to the events: {@code PresenceEvent.render}, the pattern in {@code PresenceEventReader}, and
 * PROTOCOL.md.
 */
@NullMarked
package io.bellwire.presence;

import org.jspecify.annotations.NullMarked;
