package io.bellwire.presence;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;
import java.util.Optional;

/** The write that saves when devices were last seen, and up to which revision and time that is complete. */
final class SaveLastSeen implements Write<Boolean> {
    private static final int BYTES_PER_DEVICE = 128;

    private final List<LastSeen> lastSeen;
    private final Optional<PresenceCheckpoint> checkpoint;

    /** @param checkpoint empty if more devices are to be saved after these */
    SaveLastSeen(List<LastSeen> lastSeen, Optional<PresenceCheckpoint> checkpoint) {
        this.lastSeen = List.copyOf(lastSeen);
        this.checkpoint = checkpoint;
    }

    /** Nothing. */
    @Override
    public void declareNeeds(BatchNeeds needs) {}

    @Override
    public int bytes() {
        return BYTES_PER_DEVICE * (1 + lastSeen.size());
    }

    @Override
    public Boolean decide(WriteBatch batch) {
        lastSeen.forEach(device -> batch.put(LastSeenStore.LAST_SEEN, device.id(), device));
        checkpoint.ifPresent(latest -> batch.put(LastSeenStore.CHECKPOINT, FeedId.OPERATIONS, latest));
        return true;
    }
}
