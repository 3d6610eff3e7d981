package io.bellwire.group;

import io.bellwire.command.CommandResult;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The write that adds a device to a group or removes it. It appends an event to the group's feed; the change of
 * membership holds for the group's later events.
 */
final class ChangeMembership implements Write<CommandResult<ChangeMembership.Reason>> {
    private static final int SIZE_BYTES = 512;
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final Feed group;
    private final Feed device;
    private final boolean isAdded;
    private final RenderedEvent event;

    /** Why the membership cannot be changed. */
    enum Reason {
        NO_GROUP,
        NO_MEMBER
    }

    /** @param isAdded true to add the device, false to remove it */
    ChangeMembership(Feed group, Feed device, boolean isAdded) {
        this.group = group;
        this.device = device;
        this.isAdded = isAdded;
        this.event = event();
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.feed(group);
        GroupMembers.declareMember(needs, group, device);
    }

    @Override
    public int bytes() {
        return SIZE_BYTES;
    }

    @Override
    public CommandResult<Reason> decide(WriteBatch batch) {
        GroupMembers groupMembers = new GroupMembers(batch);
        GroupState state = groupMembers.state(group);
        if (state == null) {
            return new CommandResult.Refused<>(Reason.NO_GROUP);
        }
        Revision since = groupMembers.since(group, device);
        if (isAdded && since != null) {
            return done(OK, since);
        }
        if (!isAdded && since == null) {
            return new CommandResult.Refused<>(Reason.NO_MEMBER);
        }
        batch.append(event, null, List.of(group));
        Revision revision = batch.head(group);
        if (since == null) {
            groupMembers.add(state, group, device, revision);
        } else {
            groupMembers.remove(state, group, device, since, revision);
        }
        return done(isAdded ? CREATED : OK, revision);
    }

    private RenderedEvent event() {
        String id = device.id().device().orElseThrow().value();
        return RenderedEvent.of(
                "io.bellwire.group.member-" + (isAdded ? "added" : "removed"),
                id,
                "{\"group\":\"" + group.id() + "\",\"device_id\":\"" + id + "\"}");
    }

    private CommandResult<Reason> done(int status, Revision revision) {
        String body = "{\"group\":\"" + group.id() + "\",\"device_id\":\""
                + device.id().device().orElseThrow() + "\",\"revision\":" + revision + "}";
        return new CommandResult.Done<>(status, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}
