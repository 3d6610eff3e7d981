package io.bellwire.serve;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStreams;
import io.bellwire.presence.Presence;
import io.bellwire.registry.DeviceId;
import java.util.Optional;

/** Tells presence of the streams of signals that devices hold open, on their way to who rings them. Thread-safe. */
final class WatchedStreams implements SignalStreams.Listener {
    private final Presence presence;
    private final SignalStreams.Listener next;

    WatchedStreams(Presence presence, SignalStreams.Listener next) {
        this.presence = presence;
        this.next = next;
    }

    @Override
    public void opened(SignalStream stream) {
        device(stream).ifPresent(device -> presence.opened(device, DoorbellKind.SSE));
        next.opened(stream);
    }

    @Override
    public void closed(SignalStream stream) {
        device(stream).ifPresent(device -> presence.closed(device, DoorbellKind.SSE));
        next.closed(stream);
    }

    private static Optional<DeviceId> device(SignalStream stream) {
        return stream.isOwners() ? stream.feed().device() : Optional.empty();
    }
}
