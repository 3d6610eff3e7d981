package io.bellwire.escalation;

import io.bellwire.feed.Glob;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Rules and conditions of feeds. Acme is a partner, grill a device. */
final class EscalationFixture {
    static final FeedId ACME = FeedId.ofPartner("acme");
    static final String PAUSED = "endpoint main is paused";

    /** After 10 minutes the feed is told, after 20 contacts and operators; 50 % after 30, none after 40, then no calls. */
    static final EscalationRule PARTNERS = rule(
            "partners",
            "partners/*",
            step(10, Set.of(Audience.FEED), OptionalInt.empty(), false),
            step(20, Set.of(Audience.CONTACTS, Audience.OPERATORS), OptionalInt.empty(), false),
            step(30, Set.of(), OptionalInt.of(50), false),
            step(40, Set.of(Audience.PAGER), OptionalInt.of(0), false),
            step(50, Set.of(Audience.FEED), OptionalInt.empty(), true));

    private EscalationFixture() {}

    static EscalationStep step(long minutes, Set<Audience> tells, OptionalInt percent, boolean disconnects) {
        return new EscalationStep(Duration.ofMinutes(minutes), tells, percent, disconnects);
    }

    static EscalationRule rule(String name, String feeds, EscalationStep... steps) {
        return new EscalationRule(
                name,
                List.of(new Glob(feeds)),
                Optional.of(Duration.ofDays(2)),
                EscalationRule.UNDO_AFTER,
                List.of(steps));
    }

    static FeedCondition healthy(FeedId feed, long head) {
        return condition(feed, head, head, Optional.empty(), OptionalLong.empty());
    }

    static FeedCondition paused(FeedId feed, long head, long processed) {
        return condition(feed, head, processed, Optional.of(PAUSED), OptionalLong.empty());
    }

    static FeedCondition losing(FeedId feed, Duration left) {
        return condition(feed, 10, 2, Optional.empty(), OptionalLong.of(left.toMillis()));
    }

    static FeedCondition condition(
            FeedId feed, long head, long processed, Optional<String> problem, OptionalLong lossMillis) {
        return new FeedCondition(feed, head, processed, problem, Optional.empty(), lossMillis);
    }

    static Set<Audience> audiences(Audience... audiences) {
        Set<Audience> set = EnumSet.noneOf(Audience.class);
        set.addAll(List.of(audiences));
        return set;
    }
}
