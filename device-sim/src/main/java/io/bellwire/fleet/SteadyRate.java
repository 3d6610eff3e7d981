package io.bellwire.fleet;

/**
 * Spaces actions evenly at so many a second. After a pause at most one second's worth is due, so that a backlog is not
 * made up for all at once. Not thread-safe.
 */
public final class SteadyRate {
    private final double perMilli;
    private final double dueMax;
    private double due;
    private long lastMillis;

    public SteadyRate(int perSecond, long nowMillis) {
        this.perMilli = perSecond / 1_000.0;
        this.dueMax = perSecond;
        this.lastMillis = nowMillis;
    }

    public void advance(long nowMillis) {
        due = Math.min(due + perMilli * (nowMillis - lastMillis), dueMax);
        lastMillis = nowMillis;
    }

    public boolean isDue() {
        return due >= 1;
    }

    /**
     * Takes one action that is due.
     *
     * @return how many nanoseconds ago it was due
     */
    public long take() {
        due--;
        return (long) (due / perMilli * 1_000_000);
    }
}
