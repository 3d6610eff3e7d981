package io.bellwire.group;

/** Runs the background fan-out step by step, on the caller's thread. Not thread-safe. */
public final class VirtualFanOut {
    private final FanOuts fanOuts;

    public VirtualFanOut(FanOuts fanOuts) {
        this.fanOuts = fanOuts;
    }

    /** Writes the next batch; returns whether there was one. */
    public boolean step() {
        try {
            return fanOuts.serveNext();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
