package io.bellwire.alert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many alerts each recipient has got within the last hour, and what was held back from those who have got enough.
 * Not thread-safe.
 */
final class RecipientLimits {
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final int SUBJECTS_MAX = 50;

    private final int perHour;
    private final Map<String, Recipient> recipients;

    private static final class Recipient {
        private final Deque<Long> sentMillis = new ArrayDeque<>();
        private final Map<String, Integer> subjects = new LinkedHashMap<>();
        private int heldBack;
    }

    /** @param recipientsMax how many are remembered; then the one who has got none for longest is forgotten */
    RecipientLimits(int perHour, int recipientsMax) {
        this.perHour = perHour;
        this.recipients = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Recipient> eldest) {
                return size() > recipientsMax;
            }
        };
    }

    /** Counts an alert for the recipient; false if it has got as many as it may have within an hour. */
    boolean take(String recipient, long nowMillis) {
        Recipient limited = recipients.computeIfAbsent(recipient, name -> new Recipient());
        while (!limited.sentMillis.isEmpty() && limited.sentMillis.getFirst() + HOUR_MILLIS <= nowMillis) {
            limited.sentMillis.removeFirst();
        }
        if (limited.sentMillis.size() >= perHour) {
            return false;
        }
        limited.sentMillis.addLast(nowMillis);
        return true;
    }

    /** The recipient does not get this alert. True if it is the first since the last {@link #summary}. */
    boolean holdBack(String recipient, Alert alert) {
        Recipient limited = recipients.computeIfAbsent(recipient, name -> new Recipient());
        if (limited.subjects.size() < SUBJECTS_MAX || limited.subjects.containsKey(alert.subject())) {
            limited.subjects.merge(alert.subject(), 1, Integer::sum);
        }
        return ++limited.heldBack == 1;
    }

    /** When the recipient, who has got enough, may get the next alert. */
    long nextMillis(String recipient) {
        Recipient limited = recipients.get(recipient);
        return limited == null || limited.sentMillis.isEmpty() ? 0 : limited.sentMillis.getFirst() + HOUR_MILLIS;
    }

    /** What was held back from the recipient, which is forgotten with this call. */
    Alert summary(String recipient) {
        Recipient limited = recipients.computeIfAbsent(recipient, name -> new Recipient());
        List<String> lines = new ArrayList<>();
        lines.add("No more than " + perHour + " messages an hour are sent to one recipient.");
        lines.add(limited.heldBack + " more were not sent. Their subjects were:");
        limited.subjects.forEach(
                (subject, count) -> lines.add("- " + subject + (count > 1 ? " (" + count + "x)" : "")));
        if (limited.subjects.size() >= SUBJECTS_MAX) {
            lines.add("- perhaps others");
        }
        Alert summary = new Alert("", limited.heldBack + " more messages were not sent", lines);
        limited.heldBack = 0;
        limited.subjects.clear();
        return summary;
    }

    /** How many recipients are remembered. */
    int size() {
        return recipients.size();
    }
}
