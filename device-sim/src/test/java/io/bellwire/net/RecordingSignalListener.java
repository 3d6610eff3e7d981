package io.bellwire.net;

import io.bellwire.device.ReceivedSignal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what it is told, in order. Thread-safe. */
final class RecordingSignalListener implements SignalSource.Ear {
    final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void listening() {
        told.add("listening");
    }

    @Override
    public void resumed() {
        told.add("resumed");
    }

    @Override
    public void heard(ReceivedSignal signal) {
        told.add("heard " + signal.revision());
    }

    @Override
    public void cut(String why) {
        told.add("cut " + why);
    }
}
