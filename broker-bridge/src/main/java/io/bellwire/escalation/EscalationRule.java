package io.bellwire.escalation;

import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.feed.Glob;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is done, step by step, while a feed has a problem. Immutable.
 *
 * @param feeds patterns of the names of the feeds that it is for
 * @param lossWithin it is a problem if retention takes the first change that is not processed within this time; empty if
 *     that is none
 * @param undoAfter for how long there must be no problem until the steps are undone
 * @param steps in rising order of {@code after}
 */
public record EscalationRule(
        String name, List<Glob> feeds, Optional<Duration> lossWithin, Duration undoAfter, List<EscalationStep> steps) {
    /** What {@link #undoAfter} is if the file does not say it. */
    public static final Duration UNDO_AFTER = Duration.ofMinutes(1);

    public EscalationRule {
        feeds = List.copyOf(feeds);
        steps = List.copyOf(steps);
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).after().compareTo(steps.get(i - 1).after()) <= 0) {
                throw new IllegalArgumentException("steps must be in rising order of after, are " + steps);
            }
        }
    }

    boolean isFor(FeedId feed) {
        return feeds.stream().anyMatch(pattern -> pattern.matches(feed.path()));
    }

    /** Whether that a change is lost so soon is a problem. */
    boolean isSoon(OptionalLong lossMillis) {
        return lossWithin.isPresent()
                && lossMillis.isPresent()
                && lossMillis.getAsLong() < lossWithin.get().toMillis();
    }

    /** The first step after {@code takenMillis}; empty if there is none. */
    Optional<EscalationStep> stepAfter(long takenMillis) {
        return steps.stream().filter(step -> step.afterMillis() > takenMillis).findFirst();
    }

    /** How many steps there are up to {@code takenMillis}. */
    int stepsUpTo(long takenMillis) {
        return (int)
                steps.stream().filter(step -> step.afterMillis() <= takenMillis).count();
    }

    /** How many of 100 new orders are let in once the steps up to {@code takenMillis} are taken. */
    int ordersPercent(long takenMillis) {
        int percent = EscalatedFeed.ALL_PERCENT;
        for (EscalationStep step : steps.subList(0, stepsUpTo(takenMillis))) {
            percent = step.ordersPercent().orElse(percent);
        }
        return percent;
    }

    /** Whether one of these steps disconnects. */
    boolean disconnects(long takenMillis) {
        return steps.subList(0, stepsUpTo(takenMillis)).stream().anyMatch(EscalationStep::disconnects);
    }
}
