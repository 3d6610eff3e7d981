package io.bellwire.group;

import io.bellwire.log.Feed;
import java.util.List;
import java.util.Optional;

/**
 * A group among the recipients of an event, as it was looked up. Immutable but for its feeds.
 *
 * @param group the group's own feed
 * @param changed the state of its members at the look-up, see {@link GroupState#changed}
 * @param members the members' feeds; empty if they are too many for one transaction
 */
public record TargetGroup(Feed group, long changed, Optional<List<Feed>> members) {
    public TargetGroup {
        members = members.map(List::copyOf);
    }

    /**
     * Whether the members can be written to at once: they are known, and no earlier event is still on its way to them.
     */
    boolean canBeWrittenAtOnce(GroupState state) {
        return members.isPresent() && state.behind() == 0 && state.changed() == changed;
    }
}
