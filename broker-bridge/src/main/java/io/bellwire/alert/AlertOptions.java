package io.bellwire.alert;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where alerts go. Immutable. The constructor throws {@link IllegalArgumentException} of one line.
 *
 * @param mail empty if there is no mail server: mails are only counted
 * @param operators addresses of the operators
 * @param pager empty if there is none
 * @param perHour how many alerts one recipient gets within an hour; default 20
 * @param pauses after each failed attempt; after one more, an alert is dropped
 */
public record AlertOptions(
        Optional<MailServer> mail,
        List<String> operators,
        Optional<PagerOptions> pager,
        int perHour,
        List<Duration> pauses) {
    public static final int PER_HOUR = 20;
    public static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(1));

    /** No mail server and no pager. */
    public static final AlertOptions NONE =
            new AlertOptions(Optional.empty(), List.of(), Optional.empty(), PER_HOUR, PAUSES);

    private static final int PER_HOUR_MAX = 1_000;
    private static final int OPERATORS_MAX = 20;

    public AlertOptions {
        operators = List.copyOf(operators);
        pauses = List.copyOf(pauses);
        if (perHour < 1 || perHour > PER_HOUR_MAX) {
            throw new IllegalArgumentException("mails an hour must be 1 to " + PER_HOUR_MAX + ", are " + perHour);
        }
        if (operators.size() > OPERATORS_MAX) {
            throw new IllegalArgumentException("operators with an address must be at most " + OPERATORS_MAX);
        }
        operators.forEach(MailServer::requireAddress);
        if (pauses.isEmpty()) {
            throw new IllegalArgumentException("there must be a pause after a failed attempt");
        }
    }
}
