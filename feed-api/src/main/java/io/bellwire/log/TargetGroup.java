package io.bellwire.log;

import java.util.List;
import java.util.Optional;

/**
 * A group that an event is for, as it was looked up. Immutable but for its feeds.
 *
 * @param group the group's own feed
 * @param changed which state of its members this is, see {@link GroupState#changed}
 * @param members the members' feeds; empty if they are too many to be written to in one transaction
 */
public record TargetGroup(Feed group, long changed, Optional<List<Feed>> members) {
    public TargetGroup {
        members = members.map(List::copyOf);
    }

    /** Whether the members can be written to at once: they are known, and nothing before is still on its way to them. */
    boolean isWithinReach(GroupState state) {
        return members.isPresent() && state.behind() == 0 && state.changed() == changed;
    }
}
