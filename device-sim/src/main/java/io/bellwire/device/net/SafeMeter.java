package io.bellwire.device.net;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies an application's meter. If that throws, a figure is missing, and nothing else. Thread-safe. */
record SafeMeter(HttpMeter meter) implements HttpMeter {
    private static final Logger LOG = LoggerFactory.getLogger(SafeMeter.class);

    @Override
    public void sent(long bytes) {
        notifyMeter(() -> meter.sent(bytes));
    }

    @Override
    public void received(int status, long bytes) {
        notifyMeter(() -> meter.received(status, bytes));
    }

    private static void notifyMeter(Runnable call) {
        try {
            call.run();
        } catch (Throwable failed) {
            MemoryExhausted.rethrow(failed);
            LOG.warn("the meter failed", failed);
        }
    }
}
