package io.bellwire.presence;

import io.bellwire.log.Feed;
import io.bellwire.log.LastSeen;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The write that saves when devices were last seen, and up to where that is complete. */
final class SaveLastSeen implements Write<Boolean> {
    private static final int SIGHTING_BYTES = 128;

    private final List<LastSeen> sightings;
    private final Optional<PresenceCheckpoint> watch;

    /**
     * @param watch empty if there are more sightings to be saved
     */
    SaveLastSeen(List<LastSeen> sightings, Optional<PresenceCheckpoint> watch) {
        this.sightings = List.copyOf(sightings);
        this.watch = watch;
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public int bytes() {
        return SIGHTING_BYTES * (1 + sightings.size());
    }

    @Override
    public Boolean decide(WriteBatch group) {
        group.putSightings(sightings);
        watch.ifPresent(group::putWatch);
        return true;
    }
}
