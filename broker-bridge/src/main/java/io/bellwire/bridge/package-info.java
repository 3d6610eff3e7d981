/**
 * Decides which readers are signalled, when, and with how much in the message. It does not decide what is in a feed,
 * and it keeps nothing on disk: it remembers only the channels that are open. A reader may be connected by several
 * channels (an MQTT subscription, a stream); what is known of its feed is kept once, what was signalled once for each
 * channel.
 *
 * <p>The path of a signal, beginning with {@link io.bellwire.bridge.Bridge}:
 *
 * <ol>
 *   <li>A {@link io.bellwire.bridge.SignalChannel} opens. {@code ChannelRegistry} registers it with its {@code
 *       TrackedFeed} <em>before</em> {@code FeedPositionLookup} looks up the feed's position, many feeds in one call:
 *       so no commit falls between the two, and a start needs no scan of the log.
 *   <li>Commits, feed answers and acknowledgements update the feed's {@code FeedProgress} and each channel's {@code
 *       ChannelState}, on whatever thread they occur, and put the feed into the bridge's queue if something is due.
 *   <li>In its turn the bridge asks each queued feed what is due. {@code RouteResolver} decides which changes are
 *       signalled on a channel and how, as the routes say; {@code ChannelState} makes a {@code SendAttempt} of it: a
 *       greeting, news or a reminder; {@code FetchSpreader} says over which time the readers should spread their
 *       requests.
 *   <li>{@code SignalComposer} and {@code MessageRenderer} make the {@link io.bellwire.bridge.SignalMessage}, and the
 *       channel sends it. {@link io.bellwire.bridge.MqttChannels} hands all messages of a turn to the broker together.
 *   <li>What became of it goes back to {@code ChannelState}, which sets the time of the reminder by {@link
 *       io.bellwire.bridge.ReminderBackoff}; {@code TimerQueue} holds that time, and {@code TurnAlarm} wakes the bridge
 *       for the first one.
 * </ol>
 *
 * <p>{@code TurnHeartbeat} knows whether turns begin and end when they should; {@link io.bellwire.bridge.BridgeCanary}
 * tests the whole way with a channel of its own.
 *
 * <p>{@code FeedProgress} and {@code ChannelState} are pure: they have neither threads nor clocks, and tests run them
 * under virtual time.
 *
 * <p>To add a kind of channel: implement {@link io.bellwire.bridge.SignalChannel}, add a constant to {@code
 * DoorbellKind}, and call {@code Bridge.channelOpened} and {@code channelClosed}. To add a tier: {@code Tier}, {@code
 * MessageRenderer}, ROUTES.md and PROTOCOL.md.
 */
@NullMarked
package io.bellwire.bridge;

import org.jspecify.annotations.NullMarked;
