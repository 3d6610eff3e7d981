package io.bellwire.order;

import java.util.function.Function;

/**
 * Refusals as JSON. Those that only the writer finds are rendered beforehand, but for the time that a lease has left, which
 * is put in. Immutable.
 */
public final class RefusalTexts {
    /** Longer than any lease, so that its digits stand nowhere else in the text. */
    private static final long MILLIS_UNKNOWN = Long.MAX_VALUE / 1_000;

    private final Function<Refusal, String> renderer;
    private final String locked;
    private final String notFound;

    /**
     * @param renderer how a refusal reads as JSON; the wire's business
     */
    public RefusalTexts(Function<Refusal, String> renderer) {
        this.renderer = renderer;
        this.locked = renderer.apply(Refusal.locked(MILLIS_UNKNOWN));
        this.notFound = renderer.apply(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no such order"));
    }

    /** The text of a refusal that is known before the writer decides. */
    String render(Refusal refusal) {
        return renderer.apply(refusal);
    }

    /** The text of a lease of another that has {@code millis} left. */
    String locked(long millis) {
        return locked.replace(Long.toString(MILLIS_UNKNOWN), Long.toString(millis));
    }

    String notFound() {
        return notFound;
    }
}
