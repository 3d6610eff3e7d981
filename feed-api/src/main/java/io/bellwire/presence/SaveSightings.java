package io.bellwire.presence;

import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Sighting;
import io.bellwire.log.Watch;
import io.bellwire.log.Write;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The write that saves when devices were last seen, and up to where that is complete. */
final class SaveSightings implements Write<Boolean> {
    private static final int SIGHTING_BYTES = 128;

    private final List<Sighting> sightings;
    private final Optional<Watch> watch;

    /**
     * @param watch empty if there are more sightings to be saved
     */
    SaveSightings(List<Sighting> sightings, Optional<Watch> watch) {
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
    public Boolean decide(Group group) {
        group.putSightings(sightings);
        watch.ifPresent(group::putWatch);
        return true;
    }
}
