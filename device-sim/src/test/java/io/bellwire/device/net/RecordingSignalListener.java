package io.bellwire.device.net;

import io.bellwire.device.ReceivedSignal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the calls that it gets, in order. Thread-safe. */
final class RecordingSignalListener implements SignalListener {
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void subscribed() {
        calls.add("subscribed");
    }

    @Override
    public void resumed() {
        calls.add("resumed");
    }

    @Override
    public void signal(ReceivedSignal signal) {
        calls.add("signal " + signal.revision());
    }

    @Override
    public void disconnected(String reason) {
        calls.add("disconnected " + reason);
    }
}
