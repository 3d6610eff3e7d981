package io.bellwire.serve;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStreams;
import io.bellwire.log.DeviceId;
import io.bellwire.presence.Presence;
import java.util.Optional;

/** Reports the event streams of devices to presence, then passes each call on to {@code next}. Thread-safe. */
final class PresenceStreams implements SignalStreams.Listener {
    private final Presence presence;
    private final SignalStreams.Listener next;

    PresenceStreams(Presence presence, SignalStreams.Listener next) {
        this.presence = presence;
        this.next = next;
    }

    @Override
    public void opened(SignalStream stream) {
        device(stream).ifPresent(device -> presence.connectionOpened(device, DoorbellKind.SSE));
        next.opened(stream);
    }

    @Override
    public void closed(SignalStream stream) {
        device(stream).ifPresent(device -> presence.connectionClosed(device, DoorbellKind.SSE));
        next.closed(stream);
    }

    private static Optional<DeviceId> device(SignalStream stream) {
        return stream.isReadByOwner() ? stream.feed().device() : Optional.empty();
    }
}
