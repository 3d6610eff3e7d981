/**
 * Groups of devices: which devices are members, and how an event reaches all of them. The package decides which devices
 * get an event of a group; it does not decide which groups and feeds an event goes to ({@code feed.RecipientResolver}),
 * what is in the event, and it does not signal devices. Groups are stored by {@code segment} and {@code postgres},
 * their HTTP endpoints are in {@code http}.
 *
 * <p>The path of an event for a group, beginning with {@code feed.RecipientResolver}:
 *
 * <ol>
 *   <li>An endpoint asks {@code RecipientResolver} for the recipients of an event. It adds what the routes say ({@code
 *       ExtraFeeds}) and the group that the event names.
 *   <li>{@link io.bellwire.group.Groups} gives each group as a {@code TargetGroup}: its feed, the version of its
 *       members, and the feeds of all members if there are at most {@link io.bellwire.group.GroupLimits#inlineMax}.
 *   <li>The write of the event calls {@link io.bellwire.group.Recipients#append}. It appends the event to the group's
 *       feed, and to the members' feeds if the group is small. A large group gets a durable {@code FanOut} in the same
 *       transaction: the event's number and how far it has come.
 *   <li>{@link io.bellwire.group.FanOuts} loads new fan-outs after each commit to a group's feed; {@code FanOutQueue}
 *       chooses the next one.
 *   <li>{@code FanOutBatch} appends the event to the feeds of the next members and moves the {@code FanOut}, in one
 *       transaction. The last batch deletes it.
 * </ol>
 *
 * <p>{@code CreateGroup} and {@code ChangeMembership} are the writes behind the endpoints. A change of membership is an
 * event in the group's feed, so it is ordered with the group's other events. Within a batch of writes {@link
 * io.bellwire.group.GroupMembers} knows groups, members and fan-outs; outside of one, {@link
 * io.bellwire.group.GroupStore}.
 *
 * <p>To add a group that has rules of its own, as {@code all/devices} has: {@code FeedId.RESERVED_KINDS},
 * {@code Groups.find} and {@code target}, {@code GroupEndpoints.changeableGroup}, and the section on groups in
 * PROTOCOL.md. To add a limit: {@link io.bellwire.group.GroupLimits} and the option in {@code serve}.
 */
@NullMarked
package io.bellwire.group;

import org.jspecify.annotations.NullMarked;
