package io.bellwire.http;

import static org.awaitility.Awaitility.await;

import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStreams;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the streams that open and close, and sends signals on them. Thread-safe. */
final class RecordedStreams implements SignalStreams.Listener {
    static final Epoch EPOCH = new Epoch("k3v9x2m4qd");

    final List<SignalStream> opened = new CopyOnWriteArrayList<>();
    final List<SignalStream> closed = new CopyOnWriteArrayList<>();

    static RecordedStreams of(ApiFixture server) {
        RecordedStreams streams = new RecordedStreams();
        server.api().streams().listen(streams);
        return streams;
    }

    @Override
    public void opened(SignalStream stream) {
        opened.add(stream);
    }

    @Override
    public void closed(SignalStream stream) {
        closed.add(stream);
    }

    /** The {@code number}th stream that was opened, from 1; waits for it. */
    SignalStream opened(int number) {
        await().atMost(Duration.ofSeconds(20)).until(() -> opened.size() >= number);
        return opened.get(number - 1);
    }

    void awaitClosed(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> closed.size() >= count);
    }

    static SignalStream.Offered publish(SignalStream stream, long revision) {
        return stream.offer(payload(revision), cursor(revision), true);
    }

    static Optional<Cursor> cursor(long revision) {
        return Optional.of(new Cursor(EPOCH, new Revision(revision), 35));
    }

    static byte[] payload(long revision) {
        return ("{\"epoch\":\"" + EPOCH.value() + "\",\"revision\":" + revision + ",\"pending\":0}")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
