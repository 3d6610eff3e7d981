package io.bellwire.order;

import java.util.function.Function;

/**
 * Renders refusals as JSON. Those that only the writer finds are rendered beforehand, so that the writer's thread
 * renders nothing but the time that a lease has left. Immutable.
 */
public final class RefusalTexts {
    /** Stands for the time in a text; longer than any lease, so that its digits occur nowhere else there. */
    private static final long MILLIS_UNKNOWN = Long.MAX_VALUE / 1_000;

    private final Function<Refusal, String> renderer;
    private final String locked;
    private final String notFound;

    /** @param renderer renders a refusal as JSON */
    public RefusalTexts(Function<Refusal, String> renderer) {
        this.renderer = renderer;
        this.locked = renderer.apply(Refusal.locked(MILLIS_UNKNOWN));
        this.notFound = renderer.apply(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no such order"));
    }

    /** Renders a refusal that is known before the writer decides. */
    String render(Refusal refusal) {
        return renderer.apply(refusal);
    }

    /** Renders the refusal of an order whose lease, of another caller, has {@code millis} left. */
    String locked(long millis) {
        return locked.replace(Long.toString(MILLIS_UNKNOWN), Long.toString(millis));
    }

    String notFound() {
        return notFound;
    }
}
