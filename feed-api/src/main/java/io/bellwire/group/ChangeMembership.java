package io.bellwire.group;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Feed;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.GroupState;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * The write that makes a device a member of a group, or ends that. It is an event in the group's feed, and holds for the
 * group's events after this one.
 */
final class ChangeMembership implements Write<CommandResult<ChangeMembership.Why>> {
    private static final int BYTES = 512;
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final Feed group;
    private final Feed device;
    private final boolean isAdded;
    private final RenderedEvent event;

    /** Why it cannot be done. */
    enum Why {
        NO_GROUP,
        NO_MEMBER
    }

    /**
     * @param isAdded whether the device is to be a member from now on, or none
     */
    ChangeMembership(Feed group, Feed device, boolean isAdded) {
        this.group = group;
        this.device = device;
        this.isAdded = isAdded;
        this.event = event();
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of(group);
    }

    @Override
    public GroupMembers.Needs audiences() {
        return new GroupMembers.Needs(Set.of(group), Set.of(GroupMembers.pair(group, device)), Set.of());
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<Why> decide(WriteBatch decided) {
        GroupMembers audiences = decided.audiences();
        GroupState state = audiences.state(group);
        if (state == null) {
            return new CommandResult.Refused<>(Why.NO_GROUP);
        }
        Long since = audiences.since(group, device);
        if (isAdded && since != null) {
            return done(OK, since);
        }
        if (!isAdded && since == null) {
            return new CommandResult.Refused<>(Why.NO_MEMBER);
        }
        decided.append(event, null, List.of(group));
        long revision = decided.head(group);
        if (since == null) {
            audiences.add(state, group, device, revision);
        } else {
            audiences.remove(state, group, device, since, revision);
        }
        return done(isAdded ? CREATED : OK, revision);
    }

    private RenderedEvent event() {
        String id = device.id().device().orElseThrow().value();
        String beforeTime = "\"type\":\"io.bellwire.group.member-" + (isAdded ? "added" : "removed")
                + "\",\"subject\":\"" + id + "\",\"time\":\"";
        String tail = beforeTime + Timestamps.UNKNOWN
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"group\":\"" + group.id()
                + "\",\"device_id\":\"" + id + "\"}}";
        return new RenderedEvent(tail.getBytes(StandardCharsets.US_ASCII), 0, beforeTime.length());
    }

    private CommandResult<Why> done(int status, long revision) {
        String body = "{\"group\":\"" + group.id() + "\",\"device_id\":\""
                + device.id().device().orElseThrow() + "\",\"revision\":" + revision + "}";
        return new CommandResult.Done<>(status, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}
