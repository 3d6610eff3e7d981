package io.bellwire.route;

import io.bellwire.escalation.Audience;
import io.bellwire.escalation.EscalationRule;
import io.bellwire.escalation.EscalationStep;
import io.bellwire.escalation.Escalations;
import io.bellwire.feed.Glob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code escalations} of a routes file, in the form that ROUTES.md describes. */
final class EscalationSection {
    private static final int RULES_MAX = 100;
    private static final int STEPS_MAX = 32;
    private static final int PERCENT_MAX = 100;
    private static final Duration TIME_MAX = Duration.ofDays(365);
    private static final Duration UNDO_AFTER_MAX = Duration.ofDays(1);
    private static final Pattern FEEDS = Pattern.compile("(devices|partners)/[A-Za-z0-9_*-]+");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
    private static final String PARTNERS = "partners/";

    private EscalationSection() {}

    /** Parses the value of {@code escalations}. */
    static Escalations parse(YamlNode section) {
        List<YamlNode> items = section.list("escalations");
        if (items.size() > RULES_MAX) {
            throw section.wrong("there may be " + RULES_MAX + " escalations at most and not " + items.size());
        }
        List<EscalationRule> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : items) {
            rules.add(rule(item, names));
        }
        return new Escalations(rules);
    }

    private static EscalationRule rule(YamlNode item, Set<String> names) {
        Map<String, YamlNode> fields =
                item.fields("an escalation", Set.of("name", "feeds", "loss_within", "undo_after", "steps"));
        String name = RoutesFile.newName(required(item, fields, "name"), names, "escalation");
        YamlNode feedList = required(item, fields, "feeds");
        List<Glob> feeds = new ArrayList<>();
        boolean isForPartners = true;
        for (YamlNode feed : feedList.list("feeds")) {
            String text = feed.text("a feed");
            if (!FEEDS.matcher(text).matches()) {
                throw feed.wrong("a feed must be like partners/* or devices/oven-* and not '" + text + "'");
            }
            feeds.add(RoutesFile.glob(feed, "a feed"));
            isForPartners &= text.startsWith(PARTNERS);
        }
        if (feeds.isEmpty()) {
            throw feedList.wrong("feeds must name one at least");
        }
        YamlNode loss = fields.get("loss_within");
        YamlNode undo = fields.get("undo_after");
        return new EscalationRule(
                name,
                feeds,
                loss == null ? Optional.empty() : Optional.of(time(loss, "loss_within", TIME_MAX)),
                undo == null ? EscalationRule.UNDO_AFTER : time(undo, "undo_after", UNDO_AFTER_MAX),
                steps(required(item, fields, "steps"), isForPartners));
    }

    private static YamlNode required(YamlNode item, Map<String, YamlNode> fields, String key) {
        YamlNode field = fields.get(key);
        if (field == null) {
            throw item.wrong("an escalation must have " + key);
        }
        return field;
    }

    private static Duration time(YamlNode field, String what, Duration max) {
        return RoutesFile.parse(field, what, text -> TimeSpan.parse(text)
                .filter(time -> time.compareTo(max) <= 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be a time like 30s, 10m, 2h or 1d, up to " + max.toDays() + "d")));
    }

    private static List<EscalationStep> steps(YamlNode list, boolean isForPartners) {
        List<YamlNode> items = list.list("steps");
        if (items.isEmpty() || items.size() > STEPS_MAX) {
            throw list.wrong("there must be 1 to " + STEPS_MAX + " steps and not " + items.size());
        }
        List<EscalationStep> steps = new ArrayList<>();
        int percent = PERCENT_MAX;
        for (YamlNode item : items) {
            EscalationStep step = step(item, isForPartners);
            if (!steps.isEmpty()
                    && step.after().compareTo(steps.get(steps.size() - 1).after()) <= 0) {
                throw item.wrong("after must be longer than that of the step before");
            }
            if (step.ordersPercent().isPresent() && step.ordersPercent().getAsInt() >= percent) {
                throw item.wrong("orders must be fewer than " + percent + "%, as they are before this step");
            }
            percent = step.ordersPercent().orElse(percent);
            steps.add(step);
        }
        return steps;
    }

    private static EscalationStep step(YamlNode item, boolean isForPartners) {
        Map<String, YamlNode> fields =
                item.fields("a step", Set.of("after", "tell", "mail", "page", "orders", "disconnect"));
        YamlNode after = fields.get("after");
        if (after == null) {
            throw item.wrong("a step must have after");
        }
        if (fields.size() == 1) {
            throw item.wrong("a step must do something: tell, mail, page, orders or disconnect");
        }
        Set<Audience> tells = EnumSet.noneOf(Audience.class);
        YamlNode tell = fields.get("tell");
        if (tell != null) {
            tells.add(RoutesFile.parse(tell, "tell", text -> audience(text, "feed", Audience.FEED)));
        }
        YamlNode mail = fields.get("mail");
        if (mail != null) {
            tells.addAll(mail(mail, isForPartners));
        }
        if (isTrue(fields.get("page"), "page")) {
            tells.add(Audience.PAGER);
        }
        YamlNode orders = fields.get("orders");
        YamlNode disconnect = fields.get("disconnect");
        if (disconnect != null && !isForPartners) {
            throw disconnect.wrong("disconnect is only for partners: feeds must begin with partners/");
        }
        return new EscalationStep(
                time(after, "after", TIME_MAX),
                tells,
                orders == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(RoutesFile.parse(orders, "orders", EscalationSection::percent)),
                isTrue(disconnect, "disconnect"));
    }

    private static Set<Audience> mail(YamlNode mail, boolean isForPartners) {
        Set<Audience> recipients = EnumSet.noneOf(Audience.class);
        for (YamlNode recipient : mail.list("mail")) {
            Audience audience = RoutesFile.parse(
                    recipient,
                    "mail",
                    text -> text.equals("contacts")
                            ? Audience.CONTACTS
                            : audience(text, "contacts or operators", Audience.OPERATORS));
            if (audience == Audience.CONTACTS && !isForPartners) {
                throw recipient.wrong("contacts are only of partners: feeds must begin with partners/");
            }
            recipients.add(audience);
        }
        if (recipients.isEmpty()) {
            throw mail.wrong("mail must name contacts, operators, or both");
        }
        return recipients;
    }

    /** The audience, if {@code text} names it. */
    private static Audience audience(String text, String expected, Audience audience) {
        if (!audience.name().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("must be " + expected);
        }
        return audience;
    }

    private static boolean isTrue(@Nullable YamlNode field, String what) {
        if (field == null) {
            return false;
        }
        return RoutesFile.parse(field, what, text -> {
            if (!text.equals("true")) {
                throw new IllegalArgumentException("must be true");
            }
            return true;
        });
    }

    private static int percent(String text) {
        Matcher matcher = PERCENT.matcher(text);
        if (matcher.matches() && Integer.parseInt(matcher.group(1)) < PERCENT_MAX) {
            return Integer.parseInt(matcher.group(1));
        }
        throw new IllegalArgumentException("must be a share like 50%, 0% to 99%");
    }
}
